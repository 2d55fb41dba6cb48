import { setTimeout as sleep } from "node:timers/promises";
import { call, ignoring, into, LOCK, run, step } from "@wb/syscall";

/**
 * Waits for a lock of flock(2) on an open file. It is asked for again and again: threads of libuv's pool that waited in the kernel would be missing to
 * who has the lock, where that is this very process.
 *
 * @param kind `LOCK.SH` or `LOCK.EX`
 */
export async function waitForLock(fd: number, kind: number, path: string): Promise<void> {
  for (let pause = SHORTEST; !tryLock(fd, kind, path); pause = Math.min(LONGEST, pause * 2)) await sleep(pause);
}

/** The same, without waiting. @returns false while another one has it */
export function tryLock(fd: number, kind: number, path: string): boolean {
  const lock = ignoring(call("flock", fd, kind | LOCK.NB), "EAGAIN", "EINTR");
  return run([step(`lock ${path}`, [into("locked", lock)])]).number("locked") === 0;
}

/** Milliseconds. */
const SHORTEST = 1;
const LONGEST = 50;
