import { join } from "node:path";
import { busyboxRoot, leavesHostUnchanged, requires, temporaryDirectory, waitFor } from "@wb/testing";
import { expect } from "vitest";
import { type Outcome, start, wb } from "./support/wb.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");

kernel(
  "wb events shows each change of a container, as docker-events(1) does, while it follows and afterwards",
  async () => {
    using place = temporaryDirectory("wb-events-");
    using root = busyboxRoot();
    const env = { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") };
    const call = (...args: readonly string[]): Promise<Outcome> => wb(args, { env });
    const follower = start(["events", "--format", "{{.Action}} {{json .Actor.Attributes}}"], { env });
    let seen = "";
    follower.stdout.on("data", (data: Buffer) => (seen += data));
    // It follows from the moment at which its watch is there, of which it does not tell.
    await waitFor(async () => {
      await call("run", "-d", "--rm", "--rootfs", root.path, "true");
      expect(seen).toContain("destroy");
    });
    const since = `${Date.now() / 1000}`;

    const run = await call(
      "run",
      "-d",
      "--rootfs",
      root.path,
      "--name",
      "web",
      "--label",
      "a=b",
      "-v",
      "data:/srv",
      "sleep",
      "1000",
    );
    const id = run.stdout.trim();
    await call("pause", "web");
    await call("unpause", "web");
    await call("exec", "web", "sh", "-c", "exit 3");
    await call("rename", "web", "site");
    await call("restart", "-t", "0", "site");
    await call("kill", "-s", "USR1", "site");
    await call("stop", "-t", "0", "site");
    await call("rm", "site");
    await call("run", "-d", "--rm", "--name", "short", "--rootfs", root.path, "sh", "-c", "exit 7");
    await waitFor(() => expect(seen).toMatch(/destroy .*short/));
    follower.kill("SIGINT");
    await follower.outcome;

    const what = ["events", "--since", since, "--until", `${Date.now() / 1000}`];
    const web = await call(...what, "--filter", `container=${id}`, "--format", "{{.Action}}");
    const life = "create start pause unpause exec_create: sh -c exit 3|exec_start: sh -c exit 3|exec_die rename";
    const actions = web.stdout.trimEnd().split("\n").join(" ");
    expect(actions).toBe(
      `${life.replaceAll("|", " ")} kill kill die stop start restart kill kill kill die stop destroy`,
    );
    for (const action of web.stdout.trimEnd().split("\n")) expect(seen).toContain(`${action} {`);
    expect((await call(...what, "-f", "event=die", "-f", "container=short")).stdout).toMatch(
      new RegExp(`^20\\S+ container die [0-9a-f]{64} \\(exitCode=7, image=${root.path}, name=short\\)\\n$`),
    );
    const killed = await call(
      ...what,
      "-f",
      "event=kill",
      "-f",
      "label=a=b",
      "--format",
      "{{.Actor.Attributes.signal}}",
    );
    expect(killed.stdout).toBe("15\n9\n10\n15\n9\n");
    const volume = await call(...what, "-f", "volume=data", "--format", "{{.Type}} {{.Action}}");
    const mounted = "volume mount\nvolume unmount\n";
    expect(volume.stdout).toBe(`volume create\n${mounted}${mounted}`);
    const renamed = await call(...what, "-f", "event=rename", "--format", "json");
    expect(JSON.parse(renamed.stdout)).toMatchObject({
      status: "rename",
      id,
      from: root.path,
      Actor: { ID: id, Attributes: { name: "site", oldName: "/web", a: "b" } },
    });
  },
);

kernel("wb events tells of a container whose memory ran out", async () => {
  using place = temporaryDirectory("wb-events-");
  using root = busyboxRoot();
  const env = { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") };
  const since = `${Date.now() / 1000}`;
  await wb(["run", "-d", "--rm", "--memory", "8m", "--rootfs", root.path, "tail", "/dev/zero"], { env });
  const what = ["events", "--since", since, "--until", "0s", "--format", "{{.Action}}"];
  await waitFor(async () =>
    expect((await wb(what, { env })).stdout).toBe("create\nconnect\nstart\noom\ndie\ndisconnect\ndestroy\n"),
  );
});
