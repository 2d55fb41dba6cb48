import { readFileSync } from "node:fs";

/** kB, of the mean: proc_pid_smaps(5), /proc/PID/smaps_rollup. */
export interface Memory {
  readonly pss: number;
  readonly rss: number;
}

/** What the parents of processes take, each counted once, for one of these processes. */
export function memoryOf(pids: readonly number[]): Memory {
  const parents = new Set(pids.map((pid) => numberIn(`/proc/${pid}/status`, "PPid")));
  const sum = (field: string): number =>
    [...parents].reduce((total, pid) => total + numberIn(`/proc/${pid}/smaps_rollup`, field), 0);
  return { pss: sum("Pss") / pids.length, rss: sum("Rss") / pids.length };
}

function numberIn(file: string, field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(file, "utf8"));
  if (found === null) throw new Error(`${file} has no ${field}`);
  return Number(found[1]);
}
