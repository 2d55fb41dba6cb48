import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requires } from "@wb/testing";
import { describe, expect } from "vitest";
import { type Bench, logged, shell, useOciBench } from "../support/oci.ts";

const needs = ["root", "command:busybox"] as const;
let bench: Bench;
const c1 = `wb-lifecycle-${process.pid}`;

useOciBench(c1, (made) => {
  bench = made;
});

async function stateOf(id: string): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await bench.call(["state", id]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function created(change = shell("sleep 1000"), id = c1): Promise<void> {
  const outcome = await bench.call(["create", "--bundle", bench.bundle(change), id]);
  expect(outcome).toMatchObject({ status: 0, stderr: "" });
}

async function running(change = shell("sleep 1000"), id = c1): Promise<void> {
  await created(change, id);
  expect(await bench.call(["start", id])).toMatchObject({ status: 0, stderr: "" });
}

async function stopped(): Promise<void> {
  await running();
  await bench.call(["kill", c1, "KILL"]);
  await expect.poll(async () => (await stateOf(c1))["status"]).toBe("stopped");
}

/** Status and message of a command that fails. */
async function refusal(...args: readonly string[]): Promise<readonly [status: number | undefined, message: string]> {
  const outcome = await bench.call(args);
  return [outcome.status, logged(outcome)];
}

describe("wb oci", () => {
  requires(...needs)("leads a container from created to running to stopped, with runc's state", async () => {
    const bundle = bench.bundle({ ...shell("sleep 1000"), annotations: { "org.test": "yes" } });
    await bench.call(["create", "-b", bundle, "--pid-file", "pid", c1]);
    const pid = Number(readFileSync(join(bench.path, "pid"), "utf8"));
    const state = await stateOf(c1);
    expect(state).toMatchObject({
      ociVersion: "1.0.2",
      id: c1,
      pid,
      status: "created",
      bundle,
      rootfs: bench.rootfs,
      owner: "root",
      annotations: { "org.test": "yes" },
    });
    expect(Date.parse(String(state["created"]))).toBeLessThanOrEqual(Date.now());
    await bench.call(["start", c1]);
    expect(await stateOf(c1)).toMatchObject({ status: "running", pid });
    expect(await refusal("delete", c1)).toEqual([
      1,
      expect.stringContaining(`cannot delete container ${c1} that is not stopped: running`),
    ]);
    await bench.call(["kill", c1, "SIGKILL"]);
    await expect.poll(() => stateOf(c1)).toMatchObject({ status: "stopped", pid: 0 });
    expect(await bench.call(["delete", c1])).toMatchObject({ status: 0, stderr: "" });
    expect(await refusal("state", c1)).toEqual([1, "container does not exist"]);
  });

  requires(...needs)("refuses commands in the wrong state, in runc's words", async () => {
    await running();
    expect(await refusal("start", c1)).toEqual([1, "cannot start an already running container"]);
    expect((await refusal("create", "-b", bench.bundle(), c1))[1]).toContain("container with given ID already exists");
    expect((await refusal("resume", c1))[1]).toContain("container not paused");
    await bench.call(["kill", c1, "9"]);
    await expect.poll(async () => (await stateOf(c1))["status"]).toBe("stopped");
    expect(await refusal("start", c1)).toEqual([1, "cannot start a container that has stopped"]);
    expect(await refusal("kill", c1, "9")).toEqual([1, "container not running"]);
    expect(await refusal("exec", c1, "true")).toEqual([255, "exec failed: cannot exec in a stopped container"]);
    expect((await refusal("pause", c1))[1]).toContain("container not running");
    expect((await refusal("update", "--memory", "64m", c1))[1]).toContain("container not running");
    expect((await refusal("events", c1))[1]).toContain(`container with id ${c1} is not running`);
    expect(await bench.call(["kill", "--all", c1, "9"])).toMatchObject({ status: 0 });
  });

  requires(...needs)("says of a container that is not there that it does not exist", async () => {
    const commands = ["start", "state", "kill", "delete", "pause", "resume", "ps", "update", "events"];
    for (const command of commands) expect(await refusal(command, c1)).toEqual([1, "container does not exist"]);
    expect(await refusal("exec", c1, "true")).toEqual([255, "exec failed: container does not exist"]);
    expect(await bench.call(["delete", "--force", c1])).toMatchObject({ status: 0, stderr: "" });
  });

  requires(...needs)("start succeeds once when 20 processes start a container at once", async () => {
    // The root is the same when the test is tried again.
    rmSync(join(bench.rootfs, "tmp/starts"), { force: true });
    await created(shell("echo started >> /tmp/starts; sleep 1000"));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => bench.call(["start", c1])));
    expect(outcomes.filter(({ status }) => status === 0)).toHaveLength(1);
    const messages = outcomes.filter(({ status }) => status !== 0).map(logged);
    expect(new Set(messages)).toEqual(new Set(["cannot start an already running container"]));
    await expect
      .poll(
        () => existsSync(join(bench.rootfs, "tmp/starts")) && readFileSync(join(bench.rootfs, "tmp/starts"), "utf8"),
      )
      .toBe("started\n");
  });

  requires(...needs)("create makes one container when several make one of the same id at once", async () => {
    const bundle = bench.bundle();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => bench.call(["create", "-b", bundle, c1])));
    expect(outcomes.filter(({ status }) => status === 0)).toHaveLength(1);
    expect(await stateOf(c1)).toMatchObject({ status: "created" });
  });

  requires(...needs)("kill takes names and numbers, and refuses what is no signal", async () => {
    await running(shell("trap 'exit 3' USR1; while :; do sleep 0.1; done"));
    for (const signal of ["-1", "65", "NOSUCH", "", "9 9"])
      expect(await refusal("kill", c1, signal)).toEqual([1, expect.stringContaining("unknown signal")]);
    expect(await refusal("kill", "-9", c1)).toEqual([1, "flag provided but not defined: -9"]);
    expect(await bench.call(["kill", c1, "0"])).toMatchObject({ status: 0 });
    for (const signal of ["10"]) await bench.call(["kill", c1, signal]);
    await expect.poll(async () => (await stateOf(c1))["status"]).toBe("stopped");
  });

  requires(...needs)("delete takes one container, with its flags before or behind", async () => {
    await running();
    expect(await refusal("delete", c1, "other")).toEqual([1, expect.stringContaining("requires exactly 1 argument")]);
    expect(await bench.call(["delete", c1, "--force"])).toMatchObject({ status: 0, stderr: "" });
  });

  requires(...needs)("passes on the file descriptors of --preserve-fds and LISTEN_FDS, and no other", async () => {
    writeFileSync(join(bench.path, "passed"), "passed");
    const fds = [openSync(join(bench.path, "passed"), "r"), openSync(join(bench.path, "passed"), "r")];
    const list = shell("cat <&3; echo; ls /proc/self/fd | tr '\\n' ' '; echo $LISTEN_FDS $LISTEN_PID");
    const preserved = await bench.call(["run", "-b", bench.bundle(list), "--preserve-fds", "1", c1], { fds });
    expect(preserved).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^passed\n0 1 2 3 \d+ ?\n$/) as string,
    });
    const listening = await bench.call(["run", "-b", bench.bundle(list), c1], { fds, env: { LISTEN_FDS: "2" } });
    expect(listening.stdout).toMatch(/0 1 2 3 4 .*2 1\n$/);
    const unopened = await bench.call(["run", "-b", bench.bundle(shell("ls /proc/self/fd; echo $LISTEN_FDS")), c1], {
      env: { LISTEN_FDS: "1" },
    });
    expect(unopened).toEqual({ stdout: "0\n1\n2\n3\n1\n", stderr: "", status: 0 });
    for (const fd of fds) closeSync(fd);
  });

  requires(...needs)("run ends with the status of the container, and removes it", async () => {
    expect(await bench.call(["run", "-b", bench.bundle(shell("echo out; echo err >&2; exit 7")), c1])).toEqual({
      stdout: "out\n",
      stderr: "err\n",
      status: 7,
    });
    expect(await refusal("state", c1)).toEqual([1, "container does not exist"]);
    expect((await bench.call(["run", "-b", bench.bundle(shell("kill -TERM $$")), c1])).status).toBe(0);
    const kept = await bench.call(["run", "--keep", "-b", bench.bundle(shell("exit 0")), c1]);
    expect(kept.status).toBe(0);
    expect(await stateOf(c1)).toMatchObject({ status: "stopped" });
  });

  requires(...needs)("writes its log as JSON where it is asked to, and says what is wrong on stderr, too", async () => {
    const log = join(bench.path, "log.json");
    const outcome = await bench.call(["--log", log, "--log-format", "json", "start", c1]);
    expect(outcome).toMatchObject({ status: 1, stderr: expect.stringContaining("container does not exist") as string });
    const lines = readFileSync(log, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: "error", msg: "container does not exist", time: expect.any(String) as string },
    ]);
  });

  requires(...needs)("refuses unknown flags and commands, and too few words", async () => {
    expect(await refusal("state", "--nonsense", c1)).toEqual([1, "flag provided but not defined: -nonsense"]);
    expect((await refusal("nonsense"))[1]).toContain("No help topic for 'nonsense'");
    expect((await refusal("state"))[1]).toContain('"state" requires exactly 1 argument(s)');
    for (const id of ["..", "a/b", "-x", ""]) expect((await refusal("state", "--", id))[0]).toBe(1);
  });

  requires(...needs)("kills a container that stands still", async () => {
    await running();
    await bench.call(["pause", c1]);
    expect(await bench.call(["kill", c1, "KILL"])).toMatchObject({ status: 0 });
    await expect.poll(async () => (await stateOf(c1))["status"]).toBe("stopped");
  });

  requires(...needs)("reports a stopped container as stopped to list and state", async () => {
    await stopped();
    expect((await bench.call(["list"])).stdout).toMatch(/ 0 +stopped /);
  });
});
