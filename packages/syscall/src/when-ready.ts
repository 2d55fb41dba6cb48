import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { closeFd } from "./close-fd.ts";
import { isErrno } from "./is-syscall-error.ts";
import { isMainThread } from "./main-thread.ts";
import { makePipe } from "./make-pipe.ts";
import { address, call, ignoring, memory, step } from "./program.ts";
import { runInPool } from "./run.ts";
import { pollfd } from "./structs/pollfd.ts";
import { timespec } from "./structs/timespec.ts";
import { O } from "./uapi/fcntl.ts";

export interface Awaited {
  readonly fd: number;
  /** POLLIN of an eventfd or a socket, POLLPRI of a PSI trigger: poll(2). */
  readonly events: number;
  readonly ready: (revents: number) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Calls `ready` each time that a file descriptor is: one ppoll(2) for all of them, on one thread of libuv's pool. It is for
 * what Node's own epoll does not take, which are eventfds, netlink sockets and POLLPRI.
 *
 * @returns ends it; the descriptor may be closed at once
 */
export function whenReady(awaited: Awaited): () => void {
  all.add(awaited);
  if (waker === undefined) void poll();
  else wake();
  return () => {
    if (all.delete(awaited)) wake();
  };
}

const all = new Set<Awaited>();
/** Writing to it ends the poll that is going on. */
let waker: number | undefined;

async function poll(): Promise<void> {
  try {
    waker = openWaker();
    // Node joins the threads of its pool when it exits.
    process.on("exit", wake);
    for (let rows = [...all]; rows.length > 0; rows = [...all]) {
      const revents = await pollOnce([{ fd: waker, events: POLLIN }, ...rows]);
      drain(waker);
      for (const [index, row] of rows.entries()) {
        const [, ...own] = revents;
        const found = own[index] ?? 0;
        if (found !== 0 && all.has(row)) row.ready(found);
      }
    }
  } catch (error) {
    const failed = [...all];
    all.clear();
    for (const { fail } of failed) fail(error);
  } finally {
    process.off("exit", wake);
    if (waker !== undefined) closeSync(waker);
    waker = undefined;
  }
}

const POLLIN = 0x1;

/** A Worker that is terminated waits for what it has in the pool, so that no poll may last there. */
const SHORT = timespec.encode({ tv_nsec: 100_000_000 });

async function pollOnce(fds: readonly Pick<Awaited, "fd" | "events">[]): Promise<number[]> {
  const content = Buffer.concat(fds.map(({ fd, events }) => pollfd.encode({ fd, events })));
  const timeout = isMainThread() ? null : SHORT;
  const polled = await runInPool([
    step("wait for file descriptors", [
      memory("pollfds", content),
      ignoring(call("ppoll", address("pollfds"), fds.length, timeout, null, 8), "EINTR"),
    ]),
  ]);
  const rows = polled.bytes("pollfds", content.length);
  return fds.map((_, index) => pollfd.decode(rows.subarray(index * pollfd.size)).revents);
}

/** An anonymous pipe, both of its ends in one: Node closes what its own `open` opened when a Worker is terminated. */
function openWaker(): number {
  const ends = makePipe();
  try {
    return openSync(`/proc/self/fd/${ends[0]}`, O.RDWR | O.NONBLOCK | O.CLOEXEC);
  } finally {
    for (const fd of ends) closeFd(fd);
  }
}

function wake(): void {
  if (waker !== undefined) writeSync(waker, "w");
}

const scratch = Buffer.alloc(4096);

function drain(fd: number): void {
  try {
    while (readSync(fd, scratch) === scratch.length);
  } catch (error) {
    if (!isErrno(error, "EAGAIN")) throw error;
  }
}
