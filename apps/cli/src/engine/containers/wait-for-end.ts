import { setTimeout as sleep } from "node:timers/promises";
import { type ContainerInfo, infoOf } from "./container-info.ts";

/**
 * Waits until a container does not run.
 *
 * @param milliseconds at most so long. Default: for ever
 * @returns what it is then; undefined when it was removed, or the time is up
 */
export async function waitForEnd(
  { id, name }: Pick<ContainerInfo, "id" | "name">,
  milliseconds: number = Number.POSITIVE_INFINITY,
): Promise<ContainerInfo | undefined> {
  const deadline = performance.now() + milliseconds;
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const info = infoOf(id, name);
    if (info === undefined || (info.state !== "running" && info.state !== "paused")) return info;
    if (performance.now() >= deadline) return undefined;
    await sleep(pause);
  }
}

/** Milliseconds. */
const LONGEST_PAUSE = 50;
