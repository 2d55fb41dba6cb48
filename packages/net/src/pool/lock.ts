import { closeSync, fstatSync, mkdirSync, openSync } from "node:fs";
import { call, ERRNO, ignoring, into, isErrno, LOCK, O, run, step } from "@wb/syscall";

/**
 * Makes a directory if it is missing, and waits until no other process has its lock, flock(2). The kernel lets go of it with the process,
 * however that ends.
 */
export function lockDirectory(path: string): Disposable {
  for (;;) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const fd = open(path);
    if (fd === undefined) continue;
    try {
      flock(fd, path);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    // Who had it may have removed the directory: what was locked is the one before, and gone.
    if (fstatSync(fd).nlink > 0) return { [Symbol.dispose]: () => closeSync(fd) };
    closeSync(fd);
  }
}

function flock(fd: number, path: string): void {
  run([
    step(`lock ${path}`, [
      { label: "again" },
      into("locked", ignoring(call("flock", fd, LOCK.EX), "EINTR")),
      { jump: "again", when: { value: "locked", equals: -ERRNO.EINTR } },
    ]),
  ]);
}

function open(path: string): number | undefined {
  try {
    return openSync(path, O.RDONLY | O.DIRECTORY | O.CLOEXEC | O.NOFOLLOW);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
