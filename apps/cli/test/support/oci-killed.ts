import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { expect } from "vitest";
import type { Bench } from "./oci.ts";
import { wbProgram } from "./wb.ts";

/** Numbers of system calls, syscalls(2). */
const CALLS = {
  x64: {
    from: { mkdir: 83, flock: 73, pidfd_open: 434 },
    effects: [0, 1, 2, 73, 74, 82, 83, 84, 87, 231, 247, 257, 258, 259, 263, 293, 319, 424, 434, 435],
  },
  arm64: {
    from: { mkdir: 34, flock: 32, pidfd_open: 434 },
    effects: [63, 64, 56, 32, 82, 38, 276, 34, 35, 94, 95, 33, 59, 279, 424, 434, 435],
  },
}[process.arch as "x64" | "arm64"];

/** Calls that a command's own are counted from: what comes before is the start of Node. */
export const FROM: Readonly<Record<"mkdir" | "flock" | "pidfd_open", number>> = CALLS.from;

/** What the runtime leaves is decided by these of its calls: open, make, read, write, rename, remove, lock, clone, wait, exit. */
const EFFECTS: string = `+${CALLS.effects.join(",")}`;

/** Whether each call is tried: minutes. Otherwise some are. */
export const EVERY_CALL: boolean = process.env["WB_TEST_EVERY_CALL"] === "1";

export interface Where {
  /** `wb`: the runtime before a call of its own; `parent`: the runtime while its new process is before one; `child`: that. */
  readonly whom: "wb" | "parent" | "child";
  readonly n: number;
  /** Which calls count, kill-at.pl. Default: the effects of wb, all of the child. */
  readonly counted?: string;
  /** The call that the runtime's own are counted from. Default: mkdir(2). */
  readonly from?: number;
}

export interface Killed {
  /** Whether there was such a call. */
  readonly reached: boolean;
  /** The process that the runtime made, 0 if none was followed. */
  readonly child: number;
  readonly status: number;
  readonly stderr: string;
}

/** Runs `wb oci` on the bench's containers, and kills it, or its new process, before a call. */
export async function killAt(
  bench: Bench,
  { whom, n, counted, from = FROM.mkdir }: Where,
  args: readonly string[],
): Promise<Killed> {
  using directory = temporaryDirectory();
  const [report, stderr] = ["report", "stderr"].map((name) => join(directory.path, name)) as [string, string];
  const script = join(import.meta.dirname, "kill-at.pl");
  const calls = counted ?? (whom === "wb" ? EFFECTS : "-");
  const wb = [...wbProgram(), "oci", "--root", join(bench.path, "state"), ...args];
  // A file itself: of a pipe the container would keep the other end.
  const fd = openSync(stderr, "w");
  try {
    const child = spawn("perl", [script, whom, calls, `${n}`, `${from}`, report, ...wb], {
      stdio: ["ignore", "ignore", fd],
    });
    expect(await once(child, "exit")).toEqual([0, null]);
  } finally {
    closeSync(fd);
  }
  const [reached, child, status] = readFileSync(report, "utf8").trim().split(" ").map(Number);
  return { reached: reached === 1, child: child ?? 0, status: status ?? -1, stderr: readFileSync(stderr, "utf8") };
}

/** What there is of containers: files of their state, groups of any hierarchy with a name that begins so, a process. */
export function leftovers(
  bench: Bench,
  { groups, pid = 0 }: { readonly groups: string; readonly pid?: number },
): string[] {
  const state = join(bench.path, "state");
  const files = existsSync(state) ? readdirSync(state, { recursive: true, encoding: "utf8" }) : [];
  return [...files, ...groupsOf(groups), ...(isRunning(pid) ? [`process ${pid}`] : [])];
}

function groupsOf(prefix: string): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .filter((line) => / - cgroup2? /u.test(line));
  return mounts.flatMap((line) => {
    const mount = line.split(" ")[4] ?? "";
    return readdirSync(mount)
      .filter((name) => name.startsWith(prefix))
      .map((name) => join(mount, name));
  });
}

export function isRunning(pid: number): boolean {
  try {
    return pid > 0 && !/^\d+ \(.*\) [ZX]/su.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** The state that `wb oci state` prints is what the kernel says: a container that is created has its process. */
export async function truth(bench: Bench, id: string): Promise<string> {
  const { stdout, stderr, status } = await bench.call(["state", id]);
  if (status !== 0) {
    expect(stderr).toMatch(/^time="[^"]+" level=error msg="[^\n]*"\n$/u);
    return /container does not exist|not created to its end/u.exec(stderr)?.[0] ?? stderr;
  }
  const { status: told, pid } = JSON.parse(stdout) as { readonly status: string; readonly pid: number };
  expect([told, isRunning(pid)]).toEqual([told, told !== "stopped"]);
  return told;
}
