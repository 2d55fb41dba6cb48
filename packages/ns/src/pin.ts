import { closeSync, openSync, unlinkSync } from "node:fs";
import { AT_FDCWD, call, MNT, MS, O, run, step, UMOUNT } from "@wb/syscall";
import { type Namespace, NAMESPACES } from "./namespace.ts";

/**
 * Keeps a namespace without a process in it, by a bind mount of its file on a path, namespaces(7). `ip netns add` does the
 * same in /run/netns. The path is made, as an empty file.
 *
 * A mount namespace can be pinned only where mounts are private, and not inside itself or an older one: the kernel refuses
 * the loop (EINVAL).
 *
 * Equivalent to `touch PATH; mount --bind /proc/PID/ns/KIND PATH`.
 *
 * @param source a process id, or the path of a namespace: `/proc/self/ns/net`
 * @throws Error of node:fs with EEXIST when the path is there, SyscallError when the mount is refused; nothing is left then
 */
export function pin(kind: Namespace, source: number | string, path: string): void {
  const file = typeof source === "number" ? `/proc/${source}/ns/${NAMESPACES[kind].file}` : source;
  closeSync(openSync(path, O.CREAT | O.EXCL | O.RDONLY | O.CLOEXEC, 0o444));
  try {
    run([
      step(
        `pin the ${kind} namespace on ${path}`,
        [call("mount", file, path, null, MS.BIND, null)],
        `mount --bind ${file} ${path}`,
      ),
    ]);
  } catch (error) {
    unlinkSync(path);
    throw error;
  }
}

/**
 * Lets go of a namespace that {@link pin} kept: it ends with the last process in it.
 *
 * Equivalent to `umount -l PATH; rm PATH`.
 *
 * @throws SyscallError EINVAL when nothing is mounted there; ENOENT when there is no such path
 */
export function unpin(path: string): void {
  run([
    step(
      `unpin the namespace on ${path}`,
      [call("umount2", path, MNT.DETACH | UMOUNT.NOFOLLOW), call("unlinkat", AT_FDCWD, path, 0)],
      `umount -l ${path} && rm ${path}`,
    ),
  ]);
}
