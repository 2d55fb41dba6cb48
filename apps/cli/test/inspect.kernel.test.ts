import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  busyboxRoot,
  leavesHostUnchanged,
  requires,
  type TemporaryDirectory,
  temporaryDirectory,
  waitFor,
} from "@wb/testing";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { type Outcome, wb } from "./support/wb.ts";

let place: TemporaryDirectory;
let root: ReturnType<typeof busyboxRoot>;

beforeEach(() => {
  place = temporaryDirectory("wb-inspect-");
  root = busyboxRoot();
});
afterEach(async () => {
  const ids = (await call("ps", "-aq")).stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await call("rm", "-f", ...ids);
  root[Symbol.dispose]();
  place[Symbol.dispose]();
});
leavesHostUnchanged();

function call(...args: readonly string[]): Promise<Outcome> {
  return wb(args, { env: environment() });
}

function environment(): Record<string, string> {
  return { WB_ROOT: join(place.path, "data"), WB_STATE: join(place.path, "run") };
}

async function run(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, status } = await call("run", "-d", ...args);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.trim();
}

const kernel = requires("root", "command:busybox");

describe("wb inspect", () => {
  kernel("tells of a container that runs, by name and by a part of its id", async () => {
    const id = await run("--name", "web", "--rootfs", `${root.path}:O`, "sh", "-c", "echo 12345 >/x; exec sleep 1000");
    const format = "{{.Id}} {{.Name}} {{.State.Status}} {{.State.Pid}}";
    const { stdout, stderr, status } = await call("inspect", "-f", format, "web", "missing", id.slice(0, 8));
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^Error: No such object: missing\nhint: .*\n$/)]);
    const [first = "", second] = stdout.split("\n");
    expect(first).toBe(second);
    const [shown, name, state, pid] = first.split(" ");
    expect([shown, name, state]).toEqual([id, "/web", "running"]);
    // What its supervisor started, and nobody else.
    await waitFor(() => expect(readFileSync(`/proc/${pid}/cmdline`, "latin1")).toBe("sleep\u00001000\u0000"));
    const [document] = JSON.parse((await call("inspect", "--size", "web")).stdout);
    // A page of the layer in memory.
    expect([document.SizeRw, document.SizeRootFs > document.SizeRw]).toEqual([4096, true]);
    expect((await call("inspect", "--type", "container", "-f", "{{.Nix}}", "web")).status).toBe(1);
    expect((await call("inspect", "-f", "{{", "web")).status).toBe(64);
  });

  kernel("tells of one that the kernel killed for want of memory, and of one that ended", async () => {
    const flags = ["--rootfs", root.path, "-m", "16m"];
    await run("--name", "big", ...flags, "sh", "-c", "tail /dev/zero; exit 9");
    await run("--name", "small", ...flags, "sh", "-c", "exit 9");
    const format = "{{.State.OOMKilled}} {{.State.ExitCode}} {{.State.Pid}} {{.State.Status}}";
    await waitFor(async () =>
      expect((await call("inspect", "-f", format, "big", "small")).stdout).toBe("true 9 0 exited\nfalse 9 0 exited\n"),
    );
  });
});

describe("wb ps, wb top", () => {
  kernel("show containers by templates, with sizes, and their processes", async () => {
    const id = await run(
      "--name",
      "web",
      "--label",
      "a=b",
      "--rootfs",
      `${root.path}:O`,
      "sh",
      "-c",
      "sleep 1000 & sleep 2000",
    );
    const table = await call("ps", "--format", String.raw`table {{.Names}}\t{{.Label "a"}}\t{{.ID}}`);
    expect(table.stdout).toBe(`NAMES     a         CONTAINER ID\nweb       b         ${id.slice(0, 12)}\n`);
    const { stdout } = await call("ps", "--no-trunc", "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({ ID: id, Names: "web", State: "running", Labels: "a=b", Size: "0B" });
    expect((await call("ps", "-s")).stdout).toMatch(/SIZE\n.* 0B \(virtual .*B\)\n$/);
    const wrong = await call("ps", "--format", "{{.Nix}}");
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining("can't evaluate field Nix")]);
    await waitFor(async () => {
      const lines = (await call("top", "web", "-o", "pid,cmd")).stdout.trimEnd().split("\n");
      expect(lines.map((line) => line.replace(/^\S+ +/, ""))).toEqual(["CMD", "sleep 2000", "sleep 1000"]);
    });
    expect((await call("top", "web")).stdout).toMatch(/^UID +PID +PPID +C +STIME +TTY +TIME +CMD\n/);
    await call("stop", "-t", "0", "web");
    const ended = await call("top", "web");
    expect([ended.status, ended.stderr]).toEqual([1, expect.stringContaining(`Container ${id} is not running`)]);
  });
});

describe("wb update, wb container prune, wb system df", () => {
  kernel("change what runs and what is stored, and remove what ended", async () => {
    const flags = ["--rootfs", root.path, "-m", "64m"];
    await run("--name", "web", ...flags, "sleep", "1000");
    const old = await run(
      "--name",
      "old",
      ...flags,
      "-v",
      "/anonymous",
      "--label",
      "stage=test",
      "sh",
      "-c",
      "echo twelve-bytes",
    );
    await call("wait", "old");
    expect(await call("update", "-m", "100m", "--restart", "on-failure:3", "web", "old")).toMatchObject({
      status: 0,
      stdout: "web\nold\n",
      stderr: "",
    });
    const format = "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.RestartPolicy.Name}}";
    expect((await call("inspect", "-f", format, "web", "old")).stdout).toBe(
      "104857600 134217728 on-failure\n".repeat(2),
    );
    const id = (await call("inspect", "-f", "{{.Id}}", "web")).stdout.trim();
    expect((await wb(["cgroup", "get", `wb-${id}`, "memory.max"])).stdout).toBe("104857600\n");
    const refused = await call("update", "-m", "1g", "web", "missing");
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/^wb: Memory limit should be smaller than .*\nhint: .*\nwb: [nN]o such container/),
    ]);
    const mounted = (await call("inspect", "-f", "{{range .Mounts}}{{.Name}}{{end}}", "old")).stdout.trim();
    const volume = await call("inspect", "--type", "volume", "-f", "{{.Name}} {{.Driver}} {{.Scope}}", mounted);
    expect(volume.stdout).toBe(`${mounted} local local\n`);
    await waitFor(async () => expect((await call("ps", "-aq", "--filter", "status=exited")).stdout).not.toBe(""));
    const rows = (await call("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}}")).stdout;
    expect(rows).toBe("Images 0 0\nContainers 2 1\nLocal Volumes 1 1\nBuild Cache 0 0\n");
    expect((await call("container", "prune")).stdout).toMatch(
      /^WARNING! This will remove all stopped containers\.\nAre/,
    );
    expect((await call("container", "prune", "-f", "--filter", "label!=stage")).stdout).toMatch(/^Total reclaimed/);
    const pruned = await wb(["system", "prune", "--volumes", "--filter", "label!=keep"], {
      env: environment(),
      input: "y\n",
    });
    expect(pruned.stdout).toMatch(
      new RegExp(
        `\\[y/N\\] Deleted Containers:\n${old}\n\nDeleted Volumes:\n${mounted}\n\nTotal reclaimed space: \\d\\dB\n$`,
      ),
    );
    expect((await call("ps", "-a", "--format", "{{.Names}}")).stdout).toBe("web\n");
    const facts = (await call("info", "--format", "{{.Containers}} {{.ContainersRunning}} {{.DockerRootDir}}")).stdout;
    expect(facts).toBe(`1 1 ${join(place.path, "data")}\n`);
  });
});
