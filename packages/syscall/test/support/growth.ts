import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "vitest";
import { openFds } from "./children.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/**
 * Does something some times, and expects that this process then has no more open files and memory than before. Freed
 * memory does not go back to the kernel at once: the limit of what is resident is far above the others.
 */
export async function expectNoGrowth(
  once: () => unknown,
  { times = 2000 }: { readonly times?: number } = {},
): Promise<void> {
  for (let time = 0; time < times / 10; time++) await once();
  const [fds, before] = [openFds(), memoryInUse()];
  for (let time = 0; time < times; time++) await once();
  const after = memoryInUse();
  expect(openFds()).toEqual(fds);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(256 << 10);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(4 << 20);
  expect(after.rss - before.rss).toBeLessThan(128 << 20);
}

function memoryInUse(): NodeJS.MemoryUsage {
  collect();
  collect();
  return process.memoryUsage();
}
