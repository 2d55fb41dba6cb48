import { closeSync, rmdirSync } from "node:fs";
import type { Call } from "@wb/syscall";
import { Cgroup } from "./cgroup.ts";
import type { Limits } from "./limits.ts";
import { type Performed, perform } from "./perform.ts";
import { type PlanOptions, planCgroup } from "./plan.ts";
import { readIfPresent } from "./read.ts";
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
  const plan = planCgroup(path, limits, options);
  const performed = perform(plan.create);
  if (performed.failure !== undefined) {
    const error = refusal(performed.failure, options.read ?? readIfPresent);
    undo(performed);
    throw error;
  }
  return new Cgroup(plan.path, plan.layout, {
    join: plan.join,
    joinUnified: plan.joinUnified,
    fds: Object.fromEntries(plan.cells.map((cell) => [cell, performed.number(cell)])),
    ...(plan.directory === undefined ? {} : { directory: performed.number(plan.directory) }),
    parents: madeParents(performed),
  });
}

function undo({ done, number }: Performed): void {
  for (const cell of openCells(done)) closeSync(number(cell));
  for (const directory of madeDirectories({ done, number }).toReversed()) rmdirSync(directory);
}

/** The cells of descriptors that were opened and not closed again. */
function openCells(done: readonly Call[]): Set<string> {
  const open = new Set<string>();
  for (const { call, args, result } of done) {
    const [first] = args;
    if (result !== undefined && (call === "openat" || call === "bpf")) open.add(result);
    if (call === "close" && typeof first === "object" && first !== null && "value" in first) open.delete(first.value);
  }
  return open;
}

/** A parent that was there already left -EEXIST in its cell. */
function madeDirectories({ done, number }: Pick<Performed, "done" | "number">): string[] {
  return done.flatMap(({ call, args: [, path], result }) => {
    if (call !== "mkdirat" || typeof path !== "string") return [];
    return result === undefined || number(result) === 0 ? [path] : [];
  });
}

function madeParents({ done, number }: Performed): string[] {
  return madeDirectories({ done: done.filter(({ result }) => result !== undefined), number });
}
