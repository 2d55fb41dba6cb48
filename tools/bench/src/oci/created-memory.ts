import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { HeldContainer } from "./contenders.ts";

/** What a created container's process has of memory, proc_pid_smaps(5): its share of what others have, too. */
export async function memoryOfCreated(held: HeldContainer): Promise<string> {
  await using container = held;
  await sleep(SETTLED_MS);
  const rollup = readFileSync(`/proc/${container.pid}/smaps_rollup`, "utf8");
  const [pss, rss] = ["Pss", "Rss"].map((name) => new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]);
  return `${pss} kB (${rss} kB resident)`;
}

/** Until its creator is gone, whose pages it may share. */
const SETTLED_MS = 200;
