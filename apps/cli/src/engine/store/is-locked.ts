import { AT_FDCWD, call, ERRNO, ignoring, into, LOCK, O, run, step, value } from "@wb/syscall";

/** Whether another process has the lock of a directory, flock(2); undefined: there is no directory. */
export type Locked = boolean | undefined;

/**
 * Asks of each directory whether another process has its lock, all in one go. The lock is asked for as one that may be shared: several
 * who ask at once do not take each other for its owner.
 */
export function areLocked(paths: readonly string[]): Locked[] {
  const asked = paths.flatMap((path, index) => [
    into(
      `opened ${index}`,
      ignoring(call("openat", AT_FDCWD, path, O.RDONLY | O.DIRECTORY | O.CLOEXEC | O.NOFOLLOW, 0)),
    ),
    into(`locked ${index}`, ignoring(call("flock", value(`opened ${index}`), LOCK.SH | LOCK.NB))),
    ignoring(call("close", value(`opened ${index}`))),
  ]);
  const made = run([step("ask for locks", asked)]);
  return paths.map((_, index) =>
    made.number(`opened ${index}`) < 0 ? undefined : made.number(`locked ${index}`) === -ERRNO.EAGAIN,
  );
}

export function isLocked(path: string): boolean {
  return areLocked([path])[0] ?? false;
}
