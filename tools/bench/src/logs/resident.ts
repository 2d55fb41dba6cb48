import { readFileSync } from "node:fs";

/** What processes have of memory in kB, proc_pid_smaps(5): their shares of what others have, too, and all that is resident. */
export function residentOf(pids: readonly number[]): { readonly pss: number; readonly rss: number } {
  const texts = pids.map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
  const sum = (name: string): number =>
    texts.reduce((all, text) => all + Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0), 0);
  return { pss: sum("Pss"), rss: sum("Rss") };
}
