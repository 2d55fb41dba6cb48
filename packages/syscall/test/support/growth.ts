import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openFds } from "./children.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const MIB = 2 ** 20;

/** What there is more of. */
export interface Growth {
  readonly fds: readonly string[];
  readonly buffers: number;
  readonly heap: number;
  readonly resident: number;
}

export const NO_GROWTH: Growth = { fds: [], buffers: 0, heap: 0, resident: 0 };

/**
 * Does something some times, and gives what this process has more of then: open files, and memory in MiB beyond what
 * varies by itself. Freed memory does not go back to the kernel at once, so that far more may stay resident.
 */
export async function growthOf(
  once: () => unknown,
  { times = 2000 }: { readonly times?: number } = {},
): Promise<Growth> {
  for (let time = 0; time < times / 10; time++) await once();
  const [fds, before] = [new Set(openFds()), memoryInUse()];
  for (let time = 0; time < times; time++) await once();
  const after = memoryInUse();
  return {
    fds: openFds().filter((fd) => !fds.has(fd)),
    buffers: beyond(after.arrayBuffers - before.arrayBuffers, 0.25),
    heap: beyond(after.heapUsed - before.heapUsed, 4),
    resident: beyond(after.rss - before.rss, 128),
  };
}

function beyond(bytes: number, mebibytes: number): number {
  return bytes < mebibytes * MIB ? 0 : bytes / MIB;
}

function memoryInUse(): NodeJS.MemoryUsage {
  collect();
  collect();
  return process.memoryUsage();
}
