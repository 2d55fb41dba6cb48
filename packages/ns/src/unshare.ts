import { call, run, step } from "@wb/syscall";
import { type Namespace, namespaceFlags } from "./namespace.ts";

/**
 * Moves the calling thread, and no other, into new namespaces, unshare(2).
 *
 * Node is one process of many threads, so this has limits that {@link spawn} has not:
 * - The threads of libuv's pool stay where they are: file access through promises and callbacks, DNS and zlib happen in the
 *   old namespaces, the synchronous calls of `node:fs` and sockets of the event loop in the new ones.
 * - `user` and `mount` are refused (EINVAL): they need a process of one thread, or one whose threads do not share a root.
 * - `pid` and `time` count for children only.
 * - The thread cannot go back, unless it kept a file descriptor of the old namespace and the privileges for setns(2).
 *
 * A Worker is a good place for it: it ends, and the namespaces with it.
 *
 * @throws SyscallError EPERM without CAP_SYS_ADMIN, EINVAL for `user` and `mount`
 * @example
 * unshare(["net"]); // in a Worker: its sockets see only their own loopback
 */
export function unshare(kinds: readonly Namespace[]): void {
  run([step(`move this thread into new namespaces: ${kinds.join(", ")}`, [call("unshare", namespaceFlags(kinds))])]);
}
