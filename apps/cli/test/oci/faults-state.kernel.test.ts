/** State that is damaged, gone or another's, and hooks that hang: delete removes what is left, and touches nothing else. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { describe, expect } from "vitest";
import type { Spec } from "../../src/oci/spec.ts";
import { isRunning, leftovers } from "../support/oci-killed.ts";
import { type Bench, logged, ociBench } from "../support/oci.ts";
import { wbProgram } from "../support/wb.ts";

leavesHostUnchanged();

const kernel = requires("root", "command:busybox");
const GROUP = "wb-fault-state-";
const NAMESPACES = (["pid", "ipc", "uts", "mount", "network"] as const).map((type) => ({ type }));
const QUIET = { stdout: "", stderr: "", status: 0 };

function linux(name: string): Partial<Spec> {
  return { linux: { cgroupsPath: `/${GROUP}${name}`, namespaces: NAMESPACES } };
}

async function pidOf(bench: Bench, id: string): Promise<number> {
  return (JSON.parse((await bench.call(["state", id])).stdout) as { readonly pid: number }).pid;
}

kernel("delete removes a container whose bundle and root are gone", async () => {
  using bench = ociBench();
  const bundle = bench.bundle(linux("bundle"));
  expect(await bench.call(["create", "-b", bundle, "one"])).toEqual(QUIET);
  const pid = await pidOf(bench, "one");
  rmSync(bundle, { recursive: true });
  expect(await bench.call(["start", "one"])).toEqual(QUIET);
  expect(await bench.call(["delete", "--force", "one"])).toEqual(QUIET);
  expect(leftovers(bench, { groups: GROUP, pid })).toEqual([]);
});

describe("a container that runs, with a state.json that is", () => {
  kernel.each([
    ["empty", ""],
    ["cut", '{"ociVersion":"1.2.0","id":"one","init_proc'],
    ["garbage", "\u0000\u0001\u007f"],
    ["an empty object", "{}"],
    ["no object", "null"],
    ["another's", '{"id":"other","init_process_pid":1,"init_process_start":0,"bundle":"/"}'],
    ["of other types", '{"id":"one","init_process_pid":"1","init_process_start":null,"bundle":[]}'],
    ["gone", undefined],
  ])("%s is refused in one line, and deleted with all its processes", async (_, content) => {
    using bench = ociBench();
    expect(await bench.call(["run", "-d", "-b", bench.bundle(linux("lost")), "one"])).toEqual(QUIET);
    const pid = await pidOf(bench, "one");
    const file = join(bench.path, "state/one/state.json");
    if (content === undefined) rmSync(file);
    else writeFileSync(file, content);
    for (const args of [["state"], ["start"], ["kill"], ["exec", "true"]].map(([name = "", ...words]) => [
      name,
      "one",
      ...words,
    ])) {
      const { status, stderr } = await bench.call(args);
      expect([args[0], status]).toEqual([args[0], args[0] === "exec" ? 255 : 1]);
      expect(stderr).toMatch(
        /^time="[^"]+" level=error msg="[^\n]*the container was not created to its end[^\n]*"\n$/u,
      );
    }
    expect((await bench.call(["delete", "one"])).status).toBe(1);
    expect(isRunning(pid)).toBe(true);
    expect(await bench.call(["delete", "--force", "one"])).toEqual(QUIET);
    expect(leftovers(bench, { groups: GROUP, pid })).toEqual([]);
  });
});

kernel("kill and delete work without the copy of the configuration, and say that no hooks run", async () => {
  using bench = ociBench();
  expect(await bench.call(["run", "-d", "-b", bench.bundle(linux("config")), "one"])).toEqual(QUIET);
  const pid = await pidOf(bench, "one");
  rmSync(join(bench.path, "state/one/config.json"));
  expect(await bench.call(["kill", "one", "KILL"])).toEqual(QUIET);
  await expect.poll(() => isRunning(pid)).toBe(false);
  const { status, stderr } = await bench.call(["delete", "one"]);
  expect([status, stderr]).toEqual([
    0,
    expect.stringMatching(/^[^\n]*level=warning msg="the poststop hooks are not known[^\n]*\n$/u),
  ]);
  expect(leftovers(bench, { groups: GROUP, pid })).toEqual([]);
});

kernel("kill and delete leave a process alone that has the pid of a container's by now", async () => {
  using bench = ociBench();
  expect(await bench.call(["run", "-d", "-b", bench.bundle(linux("pid")), "one"])).toEqual(QUIET);
  const pid = await pidOf(bench, "one");
  const other = spawn("sleep", ["1000"], { stdio: "ignore" });
  try {
    const file = join(bench.path, "state/one/state.json");
    const record = JSON.parse(readFileSync(file, "utf8")) as object;
    writeFileSync(file, JSON.stringify({ ...record, init_process_pid: other.pid }));
    expect(JSON.parse((await bench.call(["state", "one"])).stdout)).toMatchObject({ status: "stopped", pid: 0 });
    expect(logged(await bench.call(["kill", "one", "KILL"]))).toMatch(/container not running/u);
    expect(await bench.call(["delete", "--force", "one"])).toEqual(QUIET);
    expect(isRunning(other.pid!)).toBe(true);
    // Its own are in its control group.
    expect(leftovers(bench, { groups: GROUP, pid })).toEqual([]);
  } finally {
    other.kill("SIGKILL");
    await once(other, "exit");
  }
});

kernel("of 20 creates of one id at once one wins, and the others say that it exists", async () => {
  using bench = ociBench();
  const bundle = bench.bundle(linux("race"));
  const all = await Promise.all(Array.from({ length: 20 }, () => bench.call(["create", "-b", bundle, "one"])));
  expect(all.filter(({ status }) => status === 0)).toHaveLength(1);
  const lost = all.filter(({ status }) => status !== 0).map(logged);
  expect(new Set(lost)).toEqual(new Set(["wb create failed: container with given ID already exists"]));
  expect(JSON.parse((await bench.call(["state", "one"])).stdout)).toMatchObject({ status: "created" });
  expect(await bench.call(["delete", "--force", "one"])).toEqual(QUIET);
  expect(leftovers(bench, { groups: GROUP })).toEqual([]);
});

describe("a hook", () => {
  const hangs = "echo $$ > pid; exec sleep 1000";
  const hook = (bench: Bench, script: string, more: object = {}) => {
    const path = join(bench.path, "hook.sh");
    writeFileSync(path, `#!/bin/sh\ncd ${bench.path}\n${script}\n`);
    chmodSync(path, 0o755);
    return { path, ...more };
  };

  kernel.each(["prestart", "createRuntime", "createContainer"] as const)(
    "of %s that hangs ends with a create that is killed, and delete removes the rest",
    async (kind) => {
      using bench = ociBench();
      const bundle = bench.bundle({ ...linux("hook"), hooks: { [kind]: [hook(bench, hangs)] } });
      const [node, program] = wbProgram();
      const args = [program, "oci", "--root", join(bench.path, "state"), "create", "-b", bundle, "one"];
      const creating = spawn(node, args, { stdio: "ignore" });
      const exit = once(creating, "exit");
      const pidFile = join(bench.path, "pid");
      await expect
        .poll(() => readdirSync(bench.path).includes("pid") && readFileSync(pidFile, "utf8").trim() !== "", {
          timeout: 20_000,
        })
        .toBe(true);
      const pid = Number(readFileSync(pidFile, "utf8"));
      expect(JSON.parse((await bench.call(["state", "one"])).stdout)).toMatchObject({ status: "creating" });
      creating.kill("SIGKILL");
      await exit;
      expect(await bench.call(["delete", "--force", "one"])).toEqual(QUIET);
      if (isRunning(pid)) process.kill(pid, "SIGKILL");
      expect(leftovers(bench, { groups: GROUP })).toEqual([]);
    },
  );

  kernel.each([
    ["hangs", hangs, { timeout: 1 }, /it did not end within its timeout of 1 s and was killed/u],
    ["fails", "echo why >&2; exit 3", {}, /exit status 3, stdout: , stderr: why/u],
    ["is missing", "", { path: "/nonexistent/hook" }, /nonexistent/u],
    ["is not executable", "", { path: "/etc/passwd" }, /etc\/passwd/u],
    ["leaves a child and fails", "sleep 1000 & echo $! > pid; exit 4", {}, /exit status 4/u],
  ])("that %s makes create fail, which leaves nothing", async (_, script, more, reason) => {
    using bench = ociBench();
    const bundle = bench.bundle({ ...linux("hook"), hooks: { createRuntime: [hook(bench, script, more)] } });
    const outcome = await bench.call(["create", "-b", bundle, "one"]);
    expect(outcome.status).toBe(1);
    expect(outcome.stderr.trim().split("\n")).toHaveLength(1);
    expect(logged(outcome)).toMatch(reason);
    expect(leftovers(bench, { groups: GROUP })).toEqual([]);
    if (script.includes("& ")) process.kill(Number(readFileSync(join(bench.path, "pid"), "utf8")), "SIGKILL");
  });

  kernel("that leaves a child with its output does not hold create up", async () => {
    using bench = ociBench();
    const child = hook(bench, "sleep 1000 & echo $! > pid");
    const bundle = bench.bundle({ ...linux("hook"), hooks: { createRuntime: [child] } });
    expect(await bench.call(["create", "-b", bundle, "one"])).toEqual(QUIET);
    process.kill(Number(readFileSync(join(bench.path, "pid"), "utf8")), "SIGKILL");
    expect(await bench.call(["delete", "one"])).toEqual(QUIET);
  });

  kernel("of poststop that hangs was called for what is deleted: the next delete has nothing to do", async () => {
    using bench = ociBench();
    const bundle = bench.bundle({ ...linux("hook"), hooks: { poststop: [hook(bench, hangs)] } });
    expect(await bench.call(["create", "-b", bundle, "one"])).toEqual(QUIET);
    const [node, program] = wbProgram();
    const deleting = spawn(node, [program, "oci", "--root", join(bench.path, "state"), "delete", "one"], {
      stdio: "ignore",
    });
    const exit = once(deleting, "exit");
    const pidFile = join(bench.path, "pid");
    await expect
      .poll(() => readdirSync(bench.path).includes("pid") && readFileSync(pidFile, "utf8").trim() !== "", {
        timeout: 20_000,
      })
      .toBe(true);
    expect(leftovers(bench, { groups: GROUP })).toEqual([]);
    deleting.kill("SIGKILL");
    await exit;
    const pid = Number(readFileSync(pidFile, "utf8"));
    if (isRunning(pid)) process.kill(pid, "SIGKILL");
    expect(await bench.call(["delete", "--force", "one"])).toEqual(QUIET);
  });
});
