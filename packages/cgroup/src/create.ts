import { rmdirSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { Cgroup } from "./cgroup.ts";
import { detect } from "./detect.ts";
import { entranceOf } from "./entrance.ts";
import { CgroupError } from "./error.ts";
import type { Limits } from "./limits.ts";
import { ancestry, cgroupPath } from "./path.ts";
import { closeLeftOpen, madeDirectories, perform } from "./perform.ts";
import { planCgroup, type PlanOptions } from "./plan.ts";
import { isAbsent, readIfPresent } from "./read.ts";
import { refusal } from "./refusal.ts";

/**
 * Makes a group of that path in every hierarchy, with limits, ready for a process to join. When one call fails, all that
 * was made is removed and closed again.
 *
 * @throws CgroupError as {@link planCgroup}; `WB_CGROUP_EXISTS` for a group that is there; `WB_CGROUP_CREATE`,
 * `WB_CGROUP_WRITE` for what the kernel refused
 * @example
 * await using group = createCgroup("/web", { memory: { max: 64 * 1024 ** 2 }, pids: { max: 100 } });
 * group.add(process.pid);
 */
export function createCgroup(path: string, limits: Limits = {}, options: PlanOptions = {}): Cgroup {
  for (let tries = 1; ; tries++) {
    try {
      return create(path, limits, options);
    } catch (error) {
      if (tries === MOST_TRIES || !mayBeGone(path, error)) throw error;
    }
  }
}

/** Each is one in which another process removed the group above this one, which it had made for a group of its own. */
const MOST_TRIES = 20;

function mayBeGone(path: string, error: unknown): boolean {
  if (!(error instanceof CgroupError) || ancestry(cgroupPath(path)).length === 1) return false;
  // EACCES: the group above was made again, and has no CPUs yet.
  const isBehind = /\/cpuset\.(cpus|mems)$/.test(error.path ?? "") && isErrno(error.cause, "EACCES");
  return isBehind || isErrno(error.cause, "ENOENT", "ENODEV");
}

function create(path: string, limits: Limits, options: PlanOptions): Cgroup {
  const { layout = detect(), read = readIfPresent } = options;
  const plan = planCgroup(path, limits, { ...options, layout, read });
  const performed = perform([...plan.create, ...plan.entrance.open]);
  if (performed.failure !== undefined) {
    closeLeftOpen(performed);
    const left = madeDirectories(performed)
      .toReversed()
      .filter((directory) => !isRemoved(directory));
    throw refusal(performed.failure, { read, left });
  }
  return new Cgroup(plan.path, layout, {
    entrance: entranceOf(plan.entrance, performed.number),
    parents: madeDirectories(performed).filter((directory) => !plan.directories.includes(directory)),
  });
}

function isRemoved(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    return isAbsent(error);
  }
}
