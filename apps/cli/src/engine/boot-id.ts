import { readFileSync } from "node:fs";

/** What tells this boot of the machine from all others: random(4), /proc/sys/kernel/random/boot_id. */
export function bootId(): string {
  return (known ??= readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim());
}

let known: string | undefined;
