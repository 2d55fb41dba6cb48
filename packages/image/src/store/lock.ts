import { closeSync, fstatSync, mkdirSync, openSync, statSync } from "node:fs";
import { isErrno, LOCK, O } from "@wb/syscall";
import { tryLock, waitForLock } from "./wait-for-lock.ts";

/** A directory that this process has locked, flock(2): the kernel lets go of the lock with the process. */
export interface DirectoryLock extends Disposable {
  readonly fd: number;
}

/**
 * Makes a directory, if there is none, and locks it; waits while another process has the lock. Where the other one has
 * removed the directory meanwhile, a new one is made.
 */
export async function lockDirectory(path: string): Promise<DirectoryLock> {
  for (;;) {
    makeDirectory(path);
    const fd = open(path);
    if (fd === undefined) continue;
    try {
      await waitForLock(fd, LOCK.EX, path);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    if (isStill(path, fd)) return { fd, [Symbol.dispose]: () => closeSync(fd) };
    closeSync(fd);
  }
}

/** Locks a directory that nobody has locked; undefined for one that somebody has, or that is gone. */
export function tryLockDirectory(path: string): DirectoryLock | undefined {
  const fd = open(path);
  if (fd === undefined) return undefined;
  if (tryLock(fd, LOCK.EX, path) && isStill(path, fd)) return { fd, [Symbol.dispose]: () => closeSync(fd) };
  closeSync(fd);
  return undefined;
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
}

function open(path: string): number | undefined {
  try {
    return openSync(path, O.RDONLY | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Whether the directory that was locked is the one that has the name. */
export function isStill(path: string, fd: number): boolean {
  const named = statSync(path, { throwIfNoEntry: false });
  const locked = fstatSync(fd);
  return named?.ino === locked.ino && named.dev === locked.dev;
}
