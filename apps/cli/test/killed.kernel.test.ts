import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hostState, requires, temporaryDirectory } from "@wb/testing";
import { execa } from "execa";
import { describe, expect } from "vitest";
import { isAsBefore } from "./support/as-before.ts";
import { wb, wbProgram } from "./support/wb.ts";

const traced = requires("root", "command:perl");

/** Numbers of system calls, syscalls(2). */
const CALLS = {
  x64: {
    mkdirat: 258,
    flock: 73,
    effects: [258, 83, 1, 435, 73, 84, 87, 263, 266, 247, 293, 319, 231, 424],
    dull: [13, 3, 72, 332, 437],
  },
  arm64: {
    mkdirat: 34,
    flock: 32,
    effects: [34, 64, 435, 32, 35, 36, 95, 59, 279, 94, 424],
    dull: [134, 57, 25, 291, 437],
  },
}[process.arch as "x64" | "arm64"];

/** What wb leaves is decided by these of its own calls: make, write, lock, remove, clone, wait, exit. */
const EFFECTS = `+${CALLS.effects.join(",")}`;
/** Of the new process: all, or all but those that change nothing outside of it (close, fcntl, rt_sigaction, statx, openat2). */
const everyCall = process.env["WB_TEST_EVERY_CALL"] === "1";
const SET_UP = everyCall ? "-" : `-${CALLS.dull.join(",")}`;

interface Killed {
  /** Whether there was such a call. */
  readonly reached: boolean;
  /** The process that wb made, 0 if none was followed. */
  readonly child: number;
  readonly status: number;
  readonly stderr: string;
}

interface Where {
  readonly counted: string;
  readonly n: number;
  /** The call that wb's own are counted from. */
  readonly from?: number;
}

/** Runs a container that is killed before a call: wb itself, or the process that it makes. */
async function killAt(
  whom: "wb" | "parent" | "child",
  { counted, n, from = CALLS.mkdirat }: Where,
  state: string,
): Promise<Killed> {
  using directory = temporaryDirectory();
  const report = join(directory.path, "report");
  const command = [...wbProgram(), "run", "--rm", "--rootfs=/:O", "--name", "victim", "-m", "64m", "sleep", "0.02"];
  const argv = [
    join(import.meta.dirname, "support/kill-at.pl"),
    whom,
    counted,
    String(n),
    String(from),
    report,
    ...command,
  ];
  const { stderr } = await execa("perl", argv, { env: { WB_STATE: state }, stdin: "ignore" });
  const [reached, child, status] = readFileSync(report, "utf8").trim().split(" ").map(Number);
  return { reached: reached === 1, child: child ?? 0, status: status ?? -1, stderr };
}

/** The containers that a state directory knows. */
function idsIn(state: string): string[] {
  return existsSync(state) ? readdirSync(state).filter((name) => /^[0-9a-f]{64}$/u.test(name)) : [];
}

/** Groups of containers in any hierarchy. */
function groupsOf(ids: Iterable<string>): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => / - cgroup2? /u.test(line));
  return mounts.flatMap((line) =>
    [...ids].map((id) => join(line.split(" ")[4]!, `wb-${id}`)).filter((path) => existsSync(path)),
  );
}

function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/su.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describe("kill -9 of wb", () => {
  traced(
    "before each of its own calls leaves nothing after the next wb command",
    async () => {
      const before = hostState();
      using directory = temporaryDirectory();
      const state = join(directory.path, "state");
      const seen = new Set<string>();
      let n = 1;
      for (; ; n += everyCall || n < 10 ? 1 : 4) {
        const earlier = new Set(seen);
        const { reached, stderr } = await killAt("wb", { counted: EFFECTS, n }, state);
        expect([n, stderr]).toEqual([n, ""]);
        // The victim is the next wb command of the one before it.
        const ids = idsIn(state);
        expect([n, ids.length <= 1, ids.filter((id) => earlier.has(id))]).toEqual([n, true, []]);
        expect([n, groupsOf(earlier)]).toEqual([n, []]);
        for (const id of ids) seen.add(id);
        if (!reached) break;
      }
      expect(n).toBeGreaterThan(40);
      expect(seen.size).toBeGreaterThan(everyCall ? 30 : 8);
      expect(existsSync(state)).toBe(false);
      await isAsBefore(before);
    },
    300_000,
  );

  traced(
    "while the new process is before each of its calls ends that, too, and leaves nothing after the next wb command",
    async () => {
      const before = hostState();
      using directory = temporaryDirectory();
      const state = join(directory.path, "state");
      const seen = new Set<string>();
      let points = 0;
      // Before it has joined its cgroups and asked to die with its parent, each call counts.
      for (let n = 1; ; n += everyCall || n < 24 ? 1 : 6) {
        const earlier = new Set(seen);
        const { reached, child } = await killAt("parent", { counted: SET_UP, n }, state);
        if (!reached) break;
        await expect.poll(() => [n, isRunning(child)], { interval: 5 }).toEqual([n, false]);
        expect([n, groupsOf(earlier)]).toEqual([n, []]);
        for (const id of idsIn(state)) seen.add(id);
        points++;
      }
      expect(points).toBeGreaterThan(30);
      expect(
        await wb(["run", "--rm", "--rootfs=/:O", "--name", "victim", "true"], { env: { WB_STATE: state } }),
      ).toEqual({
        stdout: "",
        stderr: "",
        status: 0,
      });
      expect(groupsOf(seen)).toEqual([]);
      expect(existsSync(state)).toBe(false);
      await isAsBefore(before);
    },
    600_000,
  );

  traced(
    "while it cleans up after another leaves nothing after the next wb command",
    async () => {
      const before = hostState();
      using directory = temporaryDirectory();
      const state = join(directory.path, "state");
      const seen = new Set<string>();
      for (let n = 1; n <= 20; n += everyCall ? 1 : 2) {
        // 45 calls on, the container is complete.
        await killAt("wb", { counted: EFFECTS, n: 45 }, state);
        expect(idsIn(state)).toHaveLength(1);
        for (const id of idsIn(state)) seen.add(id);
        await killAt("wb", { counted: EFFECTS, n, from: CALLS.flock }, state);
        for (const id of idsIn(state)) seen.add(id);
        expect(
          (await wb(["run", "--rm", "--rootfs=/:O", "--name", "victim", "true"], { env: { WB_STATE: state } })).stderr,
        ).toBe("");
        expect([n, groupsOf(seen), existsSync(state)]).toEqual([n, [], false]);
      }
      await isAsBefore(before);
    },
    300_000,
  );
});

traced(
  "a process that is killed during its set-up is an error, never a success, and leaves nothing",
  async () => {
    const before = hostState();
    using directory = temporaryDirectory();
    const state = join(directory.path, "state");
    const statuses: number[] = [];
    for (let n = 1; ; n += everyCall ? 1 : 8) {
      const { reached, status, stderr } = await killAt("child", { counted: SET_UP, n }, state);
      expect([n, existsSync(state)]).toEqual([n, false]);
      if (!reached) {
        expect(status).toBe(0);
        break;
      }
      if (status === 125)
        expect(stderr).toMatch(/^wb: process \d+ ended before its command was running: killed by signal 9$/u);
      else expect([n, status, stderr]).toEqual([n, 137, ""]);
      statuses.push(status);
    }
    expect(statuses.length).toBeGreaterThan(25);
    // Only a command that is about to be executed, for which wb no longer waits, is like one that was killed.
    expect(statuses.slice(0, -8)).toEqual(statuses.slice(0, -8).map(() => 125));
    await isAsBefore(before);
  },
  600_000,
);
