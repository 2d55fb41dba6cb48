import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something is so. @throws Error after 30 s */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + 30_000; !isSo(); await sleep(10))
    if (performance.now() > end) throw new Error(`not within 30 s: ${what}`);
}
