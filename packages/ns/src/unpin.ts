import { fstatSync } from "node:fs";
import { basename, dirname } from "node:path";
import { address, call, AT_FDCWD, closeFd, into, isErrno, MAGIC, memory, MNT, O, run, statfs, step } from "@wb/syscall";
import { PinError } from "./pin-error.ts";

/**
 * Lets go of a namespace that is pinned on a path, by `pin()`, `ip netns add` or `unshare --net=PATH`: it ends with the last
 * process in it. The empty file is removed, also where only that is left of one that was killed.
 *
 * Equivalent to `umount -l PATH; rm PATH`.
 *
 * @throws PinError when no namespace is pinned there; SyscallError ENOENT when there is no such path
 * @example
 * unpin("/run/netns/blue");
 */
export function unpin(path: string): void {
  const directory = open(AT_FDCWD, dirname(path), O.DIRECTORY);
  try {
    const name = basename(path) || ".";
    const file = open(directory, name, O.NOFOLLOW);
    try {
      if (isNamespace(file)) {
        const detach = call("umount2", `/proc/thread-self/fd/${file}`, MNT.DETACH);
        run([step(`unpin the namespace on ${path}`, [detach], `umount -l ${path}`)]);
      } else if (!isLeftover(file)) throw new PinError(path, "no namespace is pinned here");
    } finally {
      closeFd(file);
    }
    removeEmpty(directory, name);
  } finally {
    closeFd(directory);
  }
}

/** A path is resolved once: what is unmounted and removed is what was looked at. */
function open(directory: number, path: string, flags: number): number {
  const made = call("openat", directory, path, flags | O.PATH | O.CLOEXEC, 0);
  return run([step(`find ${path}`, [into("fd", made)])]).number("fd");
}

function isNamespace(fd: number): boolean {
  const asked = run([step("what is it?", [memory("statfs", statfs.size), call("fstatfs", fd, address("statfs"))])]);
  return statfs.decode(asked.bytes("statfs", statfs.size)).f_type === BigInt(MAGIC.NSFS);
}

/** What a `pin()` leaves that was killed before it could mount, and an `unpin()` before it could remove. */
function isLeftover(fd: number): boolean {
  const { size, mode } = fstatSync(fd);
  return size === 0 && mode === REGULAR_WITHOUT_PERMISSIONS;
}

const REGULAR_WITHOUT_PERMISSIONS = 0o100_000;

/** Leaves a file alone that has content: it was there before. Another process may be as far. */
function removeEmpty(directory: number, name: string): void {
  try {
    const file = open(directory, name, O.NOFOLLOW);
    const { size } = fstatSync(file);
    closeFd(file);
    if (size === 0) run([step(`remove ${name}`, [call("unlinkat", directory, name, 0)], `rm ${name}`)]);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}
