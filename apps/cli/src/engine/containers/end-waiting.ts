import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isErrno, O } from "@wb/syscall";
import type { ContainerPlaces } from "./container-places.ts";

/** Ends the process that waits to start a container again, if there is one, and waits until it is gone. */
export async function endWaiting({ supervised }: ContainerPlaces): Promise<void> {
  const path = join(supervised, WAITING);
  while (ask(path)) await sleep(1);
}

/** Its FIFO: as long as it waits it has that open. What is written there ends it. */
export const WAITING = "waiting";

/** ENXIO: a FIFO that nobody reads, fifo(7). @returns whether somebody was there */
function ask(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, O.WRONLY | O.NONBLOCK | O.CLOEXEC | O.NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENXIO", "ENOTDIR")) return false;
    throw error;
  }
  try {
    writeSync(fd, "e");
  } catch (error) {
    if (!isErrno(error, "EPIPE", "EAGAIN")) throw error;
  } finally {
    closeSync(fd);
  }
  return true;
}
