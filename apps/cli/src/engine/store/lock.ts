import { closeSync, existsSync, fstatSync, mkdirSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { call, ERRNO, ignoring, into, isErrno, LOCK, O, run, step } from "@wb/syscall";

/**
 * Makes a directory if it is missing and waits until no other process has its lock, flock(2). The kernel lets go of it with the
 * process, however that ends.
 */
export function lockDirectory(path: string): Disposable {
  for (;;) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = lockExisting(path);
    if (lock !== undefined) return lock;
  }
}

/** As {@link lockDirectory}, of a directory that must be there. @returns undefined when it is not, or no more */
export function lockExisting(path: string): Disposable | undefined {
  return locked(path, LOCK.EX);
}

/**
 * As {@link lockExisting}, while this process does something else: it may be what holds the lock.
 *
 * @param milliseconds how long to wait. Default: for ever
 */
export async function lockMeanwhile(
  path: string,
  milliseconds: number = Number.POSITIVE_INFINITY,
): Promise<Disposable | undefined> {
  const deadline = performance.now() + milliseconds;
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const lock = tryLock(path);
    if (lock !== undefined || !existsSync(path) || performance.now() >= deadline) return lock;
    await sleep(pause);
  }
}

/** Milliseconds. */
const LONGEST_PAUSE = 50;

/** Without waiting. @returns undefined when another process has the lock, or there is no directory */
export function tryLock(path: string): Disposable | undefined {
  return locked(path, LOCK.EX | LOCK.NB);
}

function locked(path: string, operation: number): Disposable | undefined {
  const fd = open(path);
  if (fd === undefined) return undefined;
  const made = run([
    step(`lock ${path}`, [
      { label: "again" },
      into("locked", ignoring(call("flock", fd, operation), "EAGAIN", "EINTR")),
      { jump: "again", when: { value: "locked", equals: -ERRNO.EINTR } },
    ]),
  ]);
  // Who had it may have removed the directory: what was locked is the one before, and gone.
  if (made.number("locked") === 0 && fstatSync(fd).nlink > 0) return { [Symbol.dispose]: () => closeSync(fd) };
  closeSync(fd);
  return undefined;
}

function open(path: string): number | undefined {
  try {
    return openSync(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC | O.NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
