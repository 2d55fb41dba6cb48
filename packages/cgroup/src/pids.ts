import type { Place } from "./place.ts";
import { codeOf, isAbsent, readIfPresent } from "./read.ts";
import { inside, type Path, visit } from "./visit.ts";

export interface PidsOptions {
  /** Those of the groups below, too. Default false. */
  readonly recursive?: boolean;
}

/**
 * The processes of a group, in ascending order: all that are in it in one hierarchy or another. A zombie is in none. A
 * process that this one cannot see, in a PID namespace of its own, is left out; so may be one that moves among the groups
 * below meanwhile.
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
    return readNumbers(inside(directory, "cgroup.procs"));
  } catch (error) {
    if (isUnsupported(error)) return leadersIn(directory);
    if (isAbsent(error)) return [];
    throw error;
  }
}

/**
 * Whether an error is errno 95, which is EOPNOTSUPP and ENOTSUP: Node.js calls it by the latter name, SyscallError by the
 * former.
 */
export function isUnsupported(error: unknown): boolean {
  return codeOf(error) === "ENOTSUP" || codeOf(error) === "EOPNOTSUPP";
}

/** In a threaded v2 group cgroup.procs cannot be read (EOPNOTSUPP), and threads stand for their processes. */
function leadersIn(directory: Path): number[] {
  const threads = unlessEnded(() => readNumbers(inside(directory, "cgroup.threads"))) ?? [];
  const leaders = threads.map((tid) =>
    /^Tgid:\s*(\d+)$/m.exec(unlessEnded(() => readIfPresent(`/proc/${tid}/status`)) ?? ""),
  );
  return [...new Set(leaders.map((found) => Number(found?.[1])))].filter((pid) => pid > 0);
}

/** ESRCH is a thread's that ended while its file was open. */
function unlessEnded<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === "ESRCH" || isAbsent(error)) return undefined;
    throw error;
  }
}

function readNumbers(file: Path): number[] {
  const lines = (readIfPresent(file) ?? "").split("\n");
  return lines.map(Number).filter((number) => number > 0);
}
