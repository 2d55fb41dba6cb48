import { closeSync, openSync } from "node:fs";
import { call, ignoring, into, LOCK, O, run, step } from "@wb/syscall";
import type { ContainerPlaces } from "./container-places.ts";

/** A directory that is locked by its open file: who has that, has the lock. */
export interface SupervisedLock extends Disposable {
  readonly fd: number;
}

/** Takes the lock that a supervisor has, for one that is about to be made. @returns undefined when there is one already */
export function lockSupervised({ supervised }: Pick<ContainerPlaces, "supervised">): SupervisedLock | undefined {
  const fd = openSync(supervised, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  // Who only asks for it has it, too, for a moment.
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const made = run([
      step("lock what a supervisor has", [into("locked", ignoring(call("flock", fd, LOCK.EX | LOCK.NB), "EAGAIN"))]),
    ]);
    if (made.number("locked") === 0) return { fd, [Symbol.dispose]: () => closeSync(fd) };
    Atomics.wait(PAUSE, 0, 0, 1);
  }
  closeSync(fd);
  return undefined;
}

const MOST_TRIES = 50;
const PAUSE = new Int32Array(new SharedArrayBuffer(4));
