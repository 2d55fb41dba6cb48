import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { wb, wbScript } from "../support/wb.ts";
import { type Scene, scene } from "./support/scene.ts";

const rooted = requires("root", "command:busybox");

let at: Scene;
let host: string;
let count = 0;

beforeAll(() => {
  wbScript();
  at = scene("VOLUME /data");
}, 120_000);
afterAll(() => at[Symbol.dispose]());
beforeEach(() => {
  host = join(at.path, `host${count++}`);
  mkdirSync(join(host, "tree/below"), { recursive: true });
  writeFileSync(join(host, "tree/below/file"), "of the host\n");
  symlinkSync("below/file", join(host, "tree/link"));
  chownSync(join(host, "tree/below/file"), 7, 8);
});

/** Two containers: one that was created, and one that runs. Both have been given the same. */
async function containers(script: string): Promise<readonly string[]> {
  const names = [`stopped${count}`, `running${count}`] as const;
  await at.say("run", "-d", "--net", "none", "--name", names[0], "base:1", "sh", "-c", script);
  await at.say("wait", names[0]);
  const waits = `${script}; touch /is-ready; exec sleep 1000`;
  await at.say("run", "-d", "--net", "none", "--name", names[1], "base:1", "sh", "-c", waits);
  await expect.poll(() => at.call("exec", names[1], "ls", "/is-ready").then(({ status }) => status)).toBe(0);
  return names;
}

async function remove(names: readonly string[]): Promise<void> {
  await at.say("rm", "-f", "-v", ...names);
}

const cp = (...args: readonly string[]) => wb(["cp", ...args], { env: at.env, cwd: host });

rooted("files and directories go in and out as cp(1) has them, whether the container runs or not", async () => {
  const names = await containers("mkdir /old; echo old >/old/file; chmod 4755 /old/file");
  for (const name of names) {
    expect(await cp("tree", `${name}:/new`)).toMatchObject({
      status: 0,
      stdout: "",
      stderr: expect.stringMatching(new RegExp(`^Successfully copied [\\d.]+kB to ${name}:/new\n$`, "u")),
    });
    expect((await cp("-q", "tree", `${name}:/new`)).stderr).toBe("");
    expect((await cp("-q", "tree/.", `${name}:/old`)).stderr).toBe("");
    expect((await cp("-aq", "tree/below/file", `${name}:tmp/kept`)).stderr).toBe("");
    const all = execFileSync("tar", ["-tv", "--numeric-owner"], {
      input: execFileSync(wbScript(), ["cp", `${name}:/new`, "-"], { env: { ...process.env, ...at.env } }),
      encoding: "utf8",
    });
    const files = all
      .trim()
      .split("\n")
      .map((line) => line.replaceAll(/\s+/gu, " ").split(" "));
    expect(files.map(([mode, owner, , , , ...path]) => [mode?.[0], owner, path.join(" ")])).toEqual([
      ["d", "0/0", "new/"],
      ["d", "0/0", "new/below/"],
      ["-", "0/0", "new/below/file"],
      ["l", "0/0", "new/link -> below/file"],
      ["d", "0/0", "new/tree/"],
      ["d", "0/0", "new/tree/below/"],
      ["-", "0/0", "new/tree/below/file"],
      ["l", "0/0", "new/tree/link -> below/file"],
    ]);
    expect((await cp("-q", `${name}:/old`, `out-${name}`)).stderr).toBe("");
    const out = (path: string): string => join(host, `out-${name}`, path);
    expect([readFileSync(out("file"), "utf8"), readFileSync(out("below/file"), "utf8")]).toEqual([
      "old\n",
      "of the host\n",
    ]);
    // Without -a nobody gets the rights of root by it.
    expect(lstatSync(out("file")).mode & 0o7777).toBe(0o755);
    expect((await cp("-aq", `${name}:/old/file`, `${name}:/tmp/kept`, "x")).status).toBe(1);
    expect((await cp("-aq", `${name}:/tmp/kept`, "kept")).stderr).toBe("");
    expect(lstatSync(join(host, "kept"))).toMatchObject({ uid: 7, gid: 8 });
    expect((await cp("-q", `${name}:/new/link`, "a-link")).stderr).toBe("");
    expect((await cp("-qL", `${name}:/new/link`, "a-file")).stderr).toBe("");
    expect([lstatSync(join(host, "a-link")).isSymbolicLink(), lstatSync(join(host, "a-file")).isFile()]).toEqual([
      true,
      true,
    ]);
    execFileSync("rm", ["-f", ...["a-link", "a-file", "kept"].map((file) => join(host, file))]);
  }
  await remove(names);
});

rooted("an archive goes in by stdin, and volumes are what is copied to", async () => {
  const names = await containers("true");
  const archive = execFileSync("tar", ["-c", "-C", join(host, "tree"), "below"]);
  for (const name of names) {
    execFileSync(wbScript(), ["cp", "-", `${name}:/data`], { input: archive, env: { ...process.env, ...at.env } });
    const [{ Source: volume }] = JSON.parse(await at.say("inspect", "-f", "{{json .Mounts}}", name)) as [
      { Source: string },
    ];
    expect(readFileSync(join(volume, "below/file"), "utf8")).toBe("of the host\n");
    expect(lstatSync(join(volume, "below/file"))).toMatchObject({ uid: 7, gid: 8 });
    expect((await cp("-q", `${name}:/data/below/.`, `volume-${name}`)).stderr).toBe("");
    expect(existsSync(join(host, `volume-${name}/file`))).toBe(true);
    expect(await at.say("diff", name)).not.toContain("below");
  }
  await remove(names);
});

rooted("what cannot be copied is refused in a line, and nothing is made", async () => {
  const names = await containers("mkdir -p /dir/tree; echo x >/file; touch /dir/tree/file");
  writeFileSync(join(host, "plain"), "plain");
  mkdirSync(join(host, "into/file"), { recursive: true });
  for (const name of names)
    for (const [from, to, says] of [
      [`${name}:/missing`, ".", `Could not find the file /missing in container ${name}`],
      [`${name}:/missing/more`, ".", `Could not find the file /missing/more in container ${name}`],
      ["missing", `${name}:/`, "lstat missing: no such file or directory"],
      ["plain", `${name}:/missing/`, "no such directory"],
      ["plain", `${name}:/missing/more`, "no such directory"],
      ["plain", `${name}:/file/`, "not a directory"],
      ["tree", `${name}:/file`, "cannot copy a directory to /file"],
      [`${name}:/file/`, ".", "not a directory"],
      [`${name}:/file`, "into", "cannot overwrite directory"],
      ["plain", "tree", "must specify at least one container source"],
      [`${name}:/file`, `${name}:/other`, "copying between containers is not supported"],
      ["plain", "nobody:/x", "No such container: nobody"],
    ] as const) {
      const { status, stdout, stderr } = await cp(from, to);
      expect([from, to, status, stdout]).toEqual([from, to, 1, ""]);
      expect(stderr).toContain(says);
    }
  const running = names[1] ?? "";
  for (const path of ["/proc/1/status", "/sys/kernel", "/proc"])
    expect((await cp(`${running}:${path}`, ".")).stderr).toContain("no files to be copied");
  expect((await cp("-q", `${running}:/`, "whole")).stderr).toBe("");
  expect(readFileSync(join(host, "whole/file"), "utf8")).toBe("x\n");
  expect(existsSync(join(host, "whole/proc/1"))).toBe(false);
  await remove(names);
});

rooted("no link of a container leads out of it, and none of its names removes files of the host", async () => {
  const links = "ln -s / /root-link; ln -s ../../../../../../../.. /up; ln -s /etc/target /dangling";
  const names = await containers(`${links}; mkdir /evil /etc/x; touch /evil/.wh.mine /evil/.wh..wh..opq`);
  writeFileSync(join(host, "secret"), "of the host");
  for (const name of names) {
    for (const link of ["root-link", "up"]) {
      expect((await cp(`${name}:/${link}${host}/secret`, "stolen")).stderr).toContain("Could not find the file");
      expect((await cp("secret", `${name}:/${link}${host}/written`)).stderr).toContain("no such directory");
    }
    expect((await cp("-q", "secret", `${name}:/dangling`)).stderr).toBe("");
    expect((await cp("-q", `${name}:/etc/target`, "target")).stderr).toBe("");
    expect(existsSync("/etc/target")).toBe(false);
    mkdirSync(join(host, `mine-${name}`));
    writeFileSync(join(host, `mine-${name}/mine`), "stays");
    expect((await cp("-q", `${name}:/evil/.`, `mine-${name}`)).stderr).toBe("");
    expect(readFileSync(join(host, `mine-${name}/mine`), "utf8")).toBe("stays");
    expect(existsSync(join(host, `mine-${name}/.wh.mine`))).toBe(true);
  }
  expect(existsSync(join(host, "written"))).toBe(false);
  await remove(names);
});

rooted("a container with a root of its own that is no image's is copied from and to", async () => {
  chmodSync(join(host, "tree"), 0o755);
  const root = join(host, "root");
  mkdirSync(join(root, "etc"), { recursive: true });
  await at.say("create", "--net", "none", "--name", "plain", "--rootfs", root, "/bin/true");
  expect((await cp("-q", "tree", "plain:/etc")).stderr).toBe("");
  expect(lstatSync(join(root, "etc/tree/below/file"))).toMatchObject({ uid: 0, gid: 0 });
  expect((await cp("-q", "plain:/etc/tree/below", "back")).stderr).toBe("");
  expect(readFileSync(join(host, "back/file"), "utf8")).toBe("of the host\n");
  await remove(["plain"]);
});
