import { closeSync, constants, existsSync, openSync } from "node:fs";
import { call, ignoring, into, LOCK, run, step } from "@wb/syscall";
import type { Place } from "./place.ts";
import { driveSync, pauses, type Waiting } from "./wait.ts";

/**
 * Holds the lock of a group, flock(2) of its directory, so that of two processes that change it at once neither undoes what
 * the other did. The lock is for those who ask for it. Whoever can read the directory can hold it, a container's processes
 * too: after two seconds it is done without.
 */
export function lockGroup(places: readonly Place[]): Disposable | undefined {
  const directory = places.map((place) => place.directory).find((one) => existsSync(one));
  if (directory === undefined) return undefined;
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    driveSync(locking(fd));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return { [Symbol.dispose]: () => closeSync(fd) };
}

/** Milliseconds. */
const PATIENCE = 2000;

function* locking(fd: number): Waiting<void> {
  const lock = into("locked", ignoring(call("flock", fd, LOCK.EX | LOCK.NB), "EAGAIN"));
  for (const pause of pauses(PATIENCE)) {
    if (run([step("lock the cgroup", [lock])]).number("locked") === 0) return;
    yield pause;
  }
}
