import type { Place } from "./place.ts";
import { codeOf, isAbsent, readIfPresent } from "./read.ts";
import { inside, type Path, visit } from "./visit.ts";

export interface PidsOptions {
  /** Those of the groups below, too. Default false. */
  readonly recursive?: boolean;
}

/**
 * The processes of a group, in ascending order: all that are in it in one hierarchy or another. A zombie is in none. A
 * process that this one cannot see, in a PID namespace of its own, is left out.
 */
export function pidsIn(places: readonly Place[], { recursive = false }: PidsOptions = {}): number[] {
  const found = new Set<number>();
  const collect = (directory: Path): void => {
    for (const pid of readPids(directory)) found.add(pid);
  };
  for (const { directory } of places) {
    if (recursive) visit(directory, collect);
    else collect(directory);
  }
  return [...found].toSorted((a, b) => a - b);
}

/** The processes of one directory. */
export function readPids(directory: Path): number[] {
  try {
    const lines = (readIfPresent(inside(directory, "cgroup.procs")) ?? "").split("\n");
    return lines.map(Number).filter((pid) => pid > 0);
  } catch (error) {
    // In a threaded v2 group the file cannot be read (EOPNOTSUPP): its processes are listed in the group above.
    if (codeOf(error) === "EOPNOTSUPP" || isAbsent(error)) return [];
    throw error;
  }
}
