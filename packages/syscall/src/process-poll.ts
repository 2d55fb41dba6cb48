import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { closeFd } from "./close-fd.ts";
import { isErrno } from "./is-syscall-error.ts";
import { interpretInPool, load } from "./machine.ts";
import { makePipe } from "./make-pipe.ts";
import { pack } from "./pack.ts";
import { address, call, ignoring, memory, step } from "./program.ts";
import { errorIn } from "./run.ts";
import { pollfd } from "./structs/pollfd.ts";
import { timespec } from "./structs/timespec.ts";
import { O } from "./uapi/fcntl.ts";
import { POLL } from "./uapi/poll.ts";

export interface ProcessPollOptions {
  /** Looks at all processes, and says which of them are still awaited, by their pidfds. */
  readonly look: () => readonly number[];
  /** What is done when the poll is refused. */
  readonly fail: (error: unknown) => void;
}

/**
 * Waits for processes in a Worker, which gets no SIGCHLD: one ppoll(2) for all of them, on one thread of libuv's pool, which
 * has four for the whole process.
 */
export class ProcessPoll {
  readonly #options: ProcessPollOptions;
  /** Writing to it ends the poll that is going on. */
  #waker = -1;

  constructor(options: ProcessPollOptions) {
    this.#options = options;
  }

  /** Polls what is awaited now: starts, or looks again. */
  update(): void {
    if (this.#waker >= 0) writeSync(this.#waker, "w");
    else void this.#poll();
  }

  async #poll(): Promise<void> {
    try {
      this.#waker = openWaker();
      for (let pidfds = this.#options.look(); pidfds.length > 0; pidfds = this.#options.look()) {
        await pollOnce([this.#waker, ...pidfds]);
        drain(this.#waker);
      }
    } catch (error) {
      this.#options.fail(error);
    } finally {
      if (this.#waker >= 0) closeSync(this.#waker);
      this.#waker = -1;
    }
  }
}

/** A Worker that is terminated waits for what it has in the pool, so that no poll may last. */
const POLL_INTERVAL = timespec.encode({ tv_nsec: 100_000_000 });

async function pollOnce(fds: readonly number[]): Promise<void> {
  const content = Buffer.concat(fds.map((fd) => pollfd.encode({ fd, events: POLL.IN })));
  const poll = ignoring(call("ppoll", address("pollfds"), fds.length, POLL_INTERVAL, null, 8), "EINTR");
  const table = load(pack([step("poll processes", [memory("pollfds", content), poll])]));
  if ((await interpretInPool(table)) !== 0) throw errorIn(table);
}

/** An anonymous pipe, both of its ends in one: Node closes what its own `open` opened when the Worker is terminated. */
function openWaker(): number {
  const [reader, writer] = makePipe();
  try {
    return openSync(`/proc/self/fd/${reader}`, O.RDWR | O.NONBLOCK | O.CLOEXEC);
  } finally {
    closeFd(reader);
    closeFd(writer);
  }
}

const scratch = Buffer.alloc(4096);

function drain(waker: number): void {
  try {
    while (readSync(waker, scratch) === scratch.length);
  } catch (error) {
    if (!isErrno(error, "EAGAIN")) throw error;
  }
}
