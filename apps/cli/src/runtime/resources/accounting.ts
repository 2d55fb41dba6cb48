import { existsSync } from "node:fs";
import type { Layout } from "@wb/cgroup";

/** What decides how `linux.resources`, which was designed for v1, is translated. */
export interface Accounting {
  /** Swap is accounted for, and can be limited. */
  readonly swap: boolean;
  /** Disks are v1's `blkio`, whose weights are those of the specification. */
  readonly blkio: boolean;
}

/** Of this machine: v1 counts swap where the root group has the file; v2 where the kernel swaps at all. */
export function accountingOf({ hierarchies }: Layout): Accounting {
  const memory = hierarchies.find(({ controllers }) => controllers.includes("memory"));
  const file = memory?.version === 1 ? `${memory.mountpoint}/memory.memsw.limit_in_bytes` : "/proc/swaps";
  return {
    swap: memory !== undefined && existsSync(file),
    blkio: hierarchies.some(({ controllers }) => controllers.includes("blkio")),
  };
}
