import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { beforeAll, expect } from "vitest";
import { testRegistry } from "../../../../packages/image/test/support/registry.ts";
import { start, wb, wbScript } from "../support/wb.ts";
import { scene } from "./support/scene.ts";

beforeAll(() => void wbScript(), 120_000);

const rooted = requires("root", "command:busybox");

const run = ["run", "--rm", "--net", "none"];

rooted("a container of an image has its configuration, where the command line says nothing else", async () => {
  const changes = [
    'ENTRYPOINT ["echo", "from"]',
    'CMD ["image"]',
    "ENV A=b",
    "WORKDIR /tmp",
    "USER 7:8",
    "LABEL l=m",
    "VOLUME /data",
    "EXPOSE 80",
    "STOPSIGNAL SIGINT",
  ];
  using at = scene(...changes);
  expect(await at.say(...run, "base:1")).toBe("from image");
  expect(await at.say(...run, "base:1", "words")).toBe("from words");
  const script = "echo $A; pwd; id -u; id -g; mount | grep -c ' /data '";
  expect(await at.say(...run, "--entrypoint", "sh", "base:1", "-c", script)).toBe("b\n/tmp\n7\n8\n1");
  expect(await at.say(...run, "-e", "A=c", "-w", "/", "-u", "0", "--entrypoint", "sh", "base:1", "-c", script)).toBe(
    "c\n/\n0\n0\n1",
  );
  const id = await at.say("create", "--name", "box", "base:1");
  const asked = "{{.Config.StopSignal}} {{.Config.Labels}} {{.Config.Image}} {{.Image}} {{json .Config.ExposedPorts}}";
  const image = await at.say("images", "-q", "--no-trunc");
  expect(await at.say("inspect", "-f", asked, id)).toBe(`SIGINT map[l:m] base:1 ${image} {"80/tcp":{}}`);
  expect((await at.call(...run, "--pull", "never", "other")).stderr).toContain("No such image: other:latest");
  expect(await at.call("rmi", "base:1")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("is using its referenced image") as string,
  });
});

rooted("what a container writes stays until it is removed, and the image as it was", async () => {
  using at = scene();
  await at.say(
    "run",
    "-d",
    "--net",
    "none",
    "--name",
    "box",
    "base:1",
    "sh",
    "-c",
    "echo changed >/new; rm /bin/ls; sleep 1000",
  );
  await expect.poll(async () => (await at.call("exec", "box", "cat", "/new")).stdout).toBe("changed\n");
  await at.say("stop", "-t", "0", "box");
  expect(await at.say("diff", "box")).toBe("C /bin\nD /bin/ls\nA /new");
  await at.say("commit", "-m", "with a file", "-c", 'CMD ["cat", "/new"]', "box", "base:2");
  expect(await at.say("history", "--format", "{{.Size}} {{.Comment}}", "base:2")).toMatch(/^8B with a file\n/u);
  expect(await at.say(...run, "base:2")).toBe("changed");
  expect((await at.call(...run, "base:2", "ls")).status).toBe(127);
  expect(await at.say(...run, "base:1", "ls", "/bin/ls")).toBe("/bin/ls");
  await at.say("export", "-o", "box.tar", "box");
  expect(execFileSync("tar", ["-xOf", join(at.path, "box.tar"), "new"], { encoding: "utf8" })).toBe("changed\n");
  expect((await at.call("commit", "-c", "RUN x", "box")).stderr).toContain("run is not a valid change command");
  const id = await at.say("inspect", "-f", "{{.Id}}", "box");
  await at.say("rm", "box");
  expect(existsSync(join(at.env.WB_ROOT, "containers", id))).toBe(false);
});

rooted("the walk of two layers: the top layer's size is that of the change", async () => {
  using at = scene();
  expect((await at.build("changed:1", 'FROM base:1\nRUN echo "Ciallo World!" > newfile\n')).status).toBe(0);
  const [top = "", base = ""] = (
    await at.say("history", "--format", "{{.Size}} {{.CreatedBy}}", "--no-trunc", "changed:1")
  ).split("\n");
  expect(top).toBe('14B /bin/sh -c echo "Ciallo World!" > newfile');
  expect(base).toMatch(/^[\d.]+MB$/u);
  const layers = (name: string): Promise<string> => at.say("image", "inspect", "-f", "{{json .RootFS.Layers}}", name);
  const [one, two] = [JSON.parse(await layers("base:1")), JSON.parse(await layers("changed:1"))] as [
    string[],
    string[],
  ];
  expect([one.length, two.length, two[0]]).toEqual([1, 2, one[0]]);
});

rooted("the form of Dockerfiles that BuildKit brought builds, and again is the same image", async () => {
  using at = scene();
  const dockerfile = `# syntax=docker/dockerfile:1
ARG BASE=base:1
FROM --platform=$TARGETPLATFORM \${BASE} as base
SHELL ["/bin/sh", "-ec"]
ARG TARGETARCH
RUN --mount=type=cache,target=/root/.cache,id=one echo $TARGETARCH >> /root/.cache/log && cp /root/.cache/log /first && true
RUN --mount=type=cache,target=/var/cache,id=one --mount=type=tmpfs,target=/scratch cat /var/cache/log > /second && ls /scratch && true
FROM base
COPY <<"quoted" <<plain /texts/
as $it is
quoted
of $HOME
plain
RUN <<EOF
test ! -e /root/.cache/log
echo one >/script
echo two >>/script
EOF
RUN --mount=type=bind,from=base,source=/first,target=/bound --mount=type=bind,target=/context cat /bound /context/file > /both
COPY --from=base --chmod=600 /second /copied
CMD cat /first /second /script /both /texts/quoted /texts/plain /copied; stat -c %a /copied
`;
  const files = { file: "of the context\n" };
  const first = await at.build("app:1", dockerfile, files);
  expect(first).toMatchObject({ status: 0, stderr: "" });
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const log = `${architecture}\n`;
  expect(await at.say(...run, "-e", "HOME=/", "app:1")).toBe(
    `${log}${log}one\ntwo\n${log}of the context\nas $it is\nof \n${log}600`,
  );
  const id = await at.say("images", "-q", "app:1");
  const again = await at.build("app:1", dockerfile, files);
  expect(again.stdout.match(/Using cache/gu)?.length).toBeGreaterThan(8);
  expect(again.stdout).not.toContain("Running in");
  expect(await at.say("images", "-q", "app:1")).toBe(id);
  expect((await at.build("app:1", dockerfile, { file: "changed\n" })).stdout).toContain("Running in");
  expect(await at.say("ps", "-aq")).toBe("");
});

rooted("what is wrong with a Dockerfile is told in a line, and nothing has the name", async () => {
  using at = scene();
  for (const [dockerfile, says] of [
    ["FROM base:1\nRUN exit 3\n", /The command '\/bin\/sh -c exit 3' returned a non-zero code: 3/u],
    ["FROM base:1\nCOPY missing /\n", /file not found in build context or excluded by \.dockerignore: stat missing/u],
    ["FROM base:1\nCOPY ../../etc/passwd /\n", /stat \.\.\/\.\.\/etc\/passwd: file does not exist/u],
    ["FROM base:1\nRUN --mount=type=nothing,target=/x true\n", /unsupported mount type "nothing"/u],
    ["FROM base:1\nFORM x\n", /line 2: unknown instruction: FORM \(did you mean FROM\?\)/u],
    ["RUN true\n", /no build stage in current context/u],
    ["FROM base:1\nCOPY --chown=nobody-knows f /\n", /can't find uid for user nobody-knows/u],
  ] as const) {
    const { stderr, status } = await at.build("wrong:1", dockerfile, { f: "x" });
    expect([dockerfile, status]).toEqual([dockerfile, 1]);
    expect(stderr).toMatch(says);
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
  }
  expect(await at.say("images", "-q", "wrong")).toBe("");
  expect(await at.say("ps", "-aq")).toBe("");
});

rooted("a build that is killed leaves nothing that the next one, or a prune, does not deal with", async () => {
  using at = scene();
  const dockerfile =
    "FROM base:1\nRUN echo one >/one\nRUN sleep 0.3; echo two >/two\nCOPY big /big\nRUN echo three >/three\n";
  const files = { big: "x".repeat(3_000_000) };
  for (let round = 0; round < 6; round++) {
    await at.build("warm:1", "FROM base:1\nRUN true\n", files);
    writeFileSync(join(at.path, "context/Dockerfile"), `${dockerfile}LABEL round=${round}\n`);
    const building = start(["build", "--no-cache", "--network", "none", "-t", "app:1", join(at.path, "context")], {
      env: at.env,
    });
    await new Promise((resolve) => setTimeout(resolve, 500 + round * 310));
    building.kill("SIGKILL");
    await building.outcome;
  }
  expect((await at.build("app:1", dockerfile, files)).status).toBe(0);
  expect(await at.say(...run, "app:1", "cat", "/one", "/two", "/three")).toBe("one\ntwo\nthree");
  for (const id of (await at.say("ps", "-q")).split("\n").filter(Boolean)) await at.say("wait", id);
  await at.say("rmi", "app:1", "warm:1");
  await at.say("system", "prune", "-f");
  expect(await at.say("ps", "-aq")).toBe("");
  expect(readdirSync(join(at.env.WB_ROOT, "layers")).filter((name) => name.startsWith("."))).toEqual([]);
  expect(readdirSync(join(at.env.WB_ROOT, "layers/sha256")).length).toBe(1);
  expect(readdirSync(join(at.env.WB_ROOT, "images/blobs/sha256")).length).toBe(3);
  expect(await at.say("system", "prune", "-af")).toContain("untagged: base:1");
  expect(readdirSync(join(at.env.WB_ROOT, "images/blobs/sha256"))).toEqual([]);
});

requires(
  "root",
  "command:busybox",
  "command:docker-registry",
)("an image is pushed, and run where it is not", async () => {
  using at = scene();
  await using registry = await testRegistry("me:$2y$05$Wwb7geQCMLJBsQeMfUWnyuPoUoBs6zKt7hWJUFnHnAV5GYtqSsa.6");
  const name = `${registry.host}/team/base:1`;
  const env = { ...at.env, DOCKER_CONFIG: join(at.path, "docker") };
  await at.say("tag", "base:1", name);
  expect(await wb(["push", name], { env })).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("unauthorized") as string,
  });
  const words = ["login", "-u", "me", "--password-stdin", registry.host];
  expect(await wb(words, { env, input: "wrong\n" })).toMatchObject({ status: 1 });
  expect(await wb(words, { env, input: "secret\n" })).toMatchObject({ status: 0, stdout: "Login Succeeded\n" });
  expect(readFileSync(join(env.DOCKER_CONFIG, "config.json"), "utf8")).toContain(registry.host);
  const pushed = await wb(["push", name], { env });
  expect(pushed.stdout).toMatch(/: Pushed\n1: digest: sha256:[\da-f]{64} size: \d+\n$/u);
  const there = { ...env, WB_ROOT: join(at.path, "there") };
  const ran = await wb([...run, name, "echo", "here"], { env: there });
  expect(ran).toMatchObject({ status: 0, stdout: "here\n" });
  expect(ran.stderr).toContain(`Status: Downloaded newer image for ${name}`);
  expect((await wb(["pull", name], { env: there })).stdout).toContain(`Status: Image is up to date for ${name}`);
  expect((await wb(["pull", "-q", name], { env: there })).stdout).toBe(`${name}\n`);
  expect((await wb(["logout", registry.host], { env })).stdout).toContain("Removing login credentials");
  expect((await wb(["pull", name], { env })).status).toBe(1);
});
