import { readFileSync } from "node:fs";
import type { Program } from "@wb/syscall";
import { leavesHostUnchanged, requires } from "@wb/testing";
import { expect } from "vitest";
import { spawn, type SpawnOptions } from "../src/index.ts";
import { outputOfHelper } from "./support/helper.ts";
import { dieAt } from "./support/kill-filter.ts";
import { outputOfShell } from "./support/output-of.ts";

// It finds each process that is left, zombies too.
leavesHostUnchanged();

/** Steps of the first stage: what stands first in its Program are those that join cgroups. */
function inFirstStage(join: Program, options: SpawnOptions = {}): SpawnOptions {
  return { namespaces: ["time", "pid"], ...options, cgroup: { join, fds: {} } };
}

requires("root", "timens").each([true, false])(
  "spawn() goes on with the second stage when the first is killed before it ended, blocking: %s",
  async (blocking) => {
    // The command inherits the filter: it must not end by itself.
    await using child = await spawn(["/bin/sleep", "60"], inFirstStage([dieAt("exit_group")], { blocking }));
    expect(child.kill("SIGTERM")).toBe(true);
    child.kill("SIGKILL");
    expect(await child.wait()).toEqual({ code: null, signal: "SIGKILL" });
  },
);

requires("root", "timens").each([true, false])(
  "spawn() rejects when the second stage is killed before it told anything, blocking: %s",
  async (blocking) => {
    const spawned = spawn(["/bin/true"], inFirstStage([dieAt("write")], { blocking }));
    await expect(spawned).rejects.toMatchObject({
      name: "SetupError",
      message: expect.stringMatching(/^process \d+ ended before its command was running: killed by signal 31$/u),
    });
  },
);

requires("root", "timens")("spawn() rejects when both stages are killed at once", async () => {
  const spawned = spawn(["/bin/true"], inFirstStage([dieAt("write"), dieAt("exit_group")]));
  await expect(spawned).rejects.toThrow("killed by signal 31");
});

requires("root", "timens")("spawn() leaves nothing of either stage wherever file descriptors run out", async () => {
  const output = await outputOfHelper(`
    import { readdirSync, readFileSync } from "node:fs";
    import { spawn } from "@wb/ns";
    import { call, pointer, RLIMIT, rlimit64, run, step } from "@wb/syscall";
    const ENOUGH = 1000n;
    const limit = (rlim_cur) =>
      run([step("limit", [call("prlimit64", 0, RLIMIT.NOFILE, pointer(rlimit64, { rlim_cur, rlim_max: ENOUGH }), null)])]);
    const left = () => readdirSync("/proc/self/fd").length + ":" + readFileSync("/proc/self/task/" + process.pid + "/children", "utf8");
    const start = () => spawn(["/bin/true"], { namespaces: ["time", "pid"], blocking: true });
    limit(ENOUGH);
    await (await start()).wait();
    const [before, codes] = [left(), []];
    const highest = Math.max(...readdirSync("/proc/self/fd").map(Number));
    for (let numbers = 3; numbers < highest + 12; numbers++) {
      limit(BigInt(numbers));
      const code = await start().then((child) => child.wait()).then(({ code }) => code, (error) => error.code ?? error.message);
      limit(ENOUGH);
      codes.push(code);
      if (left() !== before) console.log(numbers, code, before, left());
    }
    console.log(codes.join(" "));
  `);
  // The first kind of error, then none.
  expect(output).toMatch(/^(EMFILE ){4,}(0 ?)+$/u);
});

requires("root", "timens")("spawn() settles whenever its stages are killed, and leaves neither", async () => {
  const maps = [{ inside: 0, outside: 0, count: 4_294_967_295 }];
  const options: SpawnOptions = { namespaces: ["user", "time", "pid"], uidMap: maps, gidMap: maps };
  const outcomes = new Set<string>();
  for (let round = 0; round < 150; round++) {
    const spawned = spawn(["/bin/sleep", "60"], options).then(
      (command) => command.wait().then(({ signal }) => `killed by ${signal}`),
      (error: unknown) => (error as Error).name,
    );
    for (let turns = round % 8; turns > 0; turns--) await new Promise(setImmediate);
    let outcome: string | undefined;
    while (outcome === undefined) {
      for (const pid of childrenOf(process.pid)) kill(pid);
      outcome = await Promise.race([spawned, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))]);
    }
    outcomes.add(outcome);
  }
  for (const outcome of outcomes) expect(["SetupError", "killed by SIGKILL"]).toContain(outcome);
  expect(childrenOf(process.pid)).toEqual([]);
});

requires("root", "timens")("the command of a second stage has nothing of the hand-over", async () => {
  const script = "ls /proc/$$/fd; grep -c memfd /proc/$$/maps";
  await expect(outputOfShell(`${script} || true`, { namespaces: ["time"] })).resolves.toBe("0\n1\n2\n0");
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has been waited for.
  }
}
