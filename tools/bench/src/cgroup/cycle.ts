import { spawn } from "node:child_process";
import { createCgroup, type Limits, openCgroup, planCgroup } from "@wb/cgroup";
import type { Program, Step } from "@wb/syscall";
import type { Runner } from "../contender.ts";

const LIMITS: Limits = {
  memory: { max: "64m", swapMax: 0 },
  cpu: { weight: 50, max: { quotaUs: 50_000 } },
  pids: { max: 100 },
};

const base = `/wb-bench-${process.pid}`;

/** A process to move about, in a group of its own. */
export interface Parking extends AsyncDisposable {
  readonly pid: number;
}

export function parking(): Parking {
  const child = spawn("sleep", ["3600"], { stdio: "ignore" });
  const { pid } = child;
  if (pid === undefined) throw new Error("sleep could not be started");
  const group = createCgroup(`${base}/parking`);
  group.add(pid);
  return { pid, [Symbol.asyncDispose]: async () => group[Symbol.asyncDispose]() };
}

/** Makes a group with its limits, moves a process in and out again, and removes it. */
export function cycleByWb(pid: number | undefined): Runner {
  const parked = `${base}/parking`;
  let count = 0;
  return async () => {
    const group = createCgroup(`${base}/by-wb-${count++}`, LIMITS);
    if (pid !== undefined) {
      group.add(pid);
      openCgroup(parked).add(pid);
    }
    group.close();
    await group.remove();
  };
}

/** The same directories and files, as their Steps have them, in a shell's words. */
export function cycleByShell(pid: number | undefined): string {
  const { create, directories, remove } = planCgroup(`${base}/by-shell`, LIMITS);
  const moves = (path: (directory: string) => string): string[] =>
    pid === undefined ? [] : directories.map((directory) => `echo ${pid} > ${path(directory)}/cgroup.procs`);
  const parked = (directory: string): string => directory.replace(/[^/]*$/, "parking");
  return [...shellWords(create), ...moves((same) => same), ...moves(parked), ...shellWords(remove)].join(" && ");
}

function shellWords(program: Program): string[] {
  return program.flatMap(({ shell }: Step) => (shell === undefined ? [] : [shell]));
}
