import { call, run, step } from "@wb/syscall";
import { type Namespace, namespaceFlags } from "./namespace.ts";

/** The kinds that a thread may make for itself. */
export type ThreadNamespace = Exclude<Namespace, "user" | "pid">;

/**
 * Moves the calling thread into new namespaces, unshare(2), and what it starts from now on: child processes, and threads.
 *
 * Node is one process of many threads, so this has limits that {@link spawn} has not:
 * - Every other thread stays where it is. Those of libuv's pool, which do what has promises and callbacks (files, DNS, zlib),
 *   are started at their first use: those of a pool that was used before are in the old namespaces, those of one that was not
 *   in the new. The synchronous calls of `node:fs` and the sockets of this thread's event loop are in the new ones.
 * - With `mount` the thread gets a root, a working directory and a umask of its own, too: `process.chdir` changes this
 *   thread's, and relative paths mean something else in the pool.
 * - `time` counts for child processes only.
 * - `user` is not for a process of several threads (EINVAL). After `pid` the kernel refuses the thread any new thread, and
 *   libuv then aborts the process. Both are refused.
 * - /proc/self is the main thread: /proc/thread-self/ns shows where a Worker is.
 * - There is no way back, unless the thread kept the old namespaces open and has the privileges for setns(2).
 *
 * A Worker is a good place for it: it ends, and the namespaces with it.
 *
 * @throws SyscallError EPERM without CAP_SYS_ADMIN; TypeError for `user` and `pid`
 * @example
 * unshare(["net"]); // in a Worker: its sockets see only a loopback of their own
 */
export function unshare(kinds: readonly ThreadNamespace[]): void {
  for (const kind of kinds as readonly Namespace[]) {
    const why = REFUSED[kind];
    if (why !== undefined)
      throw new TypeError(`a thread of Node's cannot make a ${kind} namespace, ${why}: use spawn()`);
  }
  run([
    step(
      `move this thread into new namespaces: ${kinds.join(", ")}`,
      [call("unshare", namespaceFlags(kinds))],
      `unshare ${kinds.map((kind) => `--${kind}`).join(" ")}`,
    ),
  ]);
}

const REFUSED: Readonly<Partial<Record<Namespace, string>>> = {
  user: "since the process has others",
  pid: "since it could not start others any more",
};
