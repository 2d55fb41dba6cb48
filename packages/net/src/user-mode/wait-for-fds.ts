import { address, call, ignoring, memory, POLL, pollfd, run, step } from "@wb/syscall";

/**
 * Waits, in this thread, until one of some file descriptors can be read or is closed at its other end.
 *
 * @param milliseconds how long at most
 * @returns which can; none: the time is over
 */
export function waitForFds(fds: readonly number[], milliseconds: number): boolean[] {
  const content = Buffer.concat(fds.map((fd) => pollfd.encode({ fd, events: POLL.IN })));
  const end = now() + milliseconds;
  for (;;) {
    const left = Math.max(0, end - now());
    const polled = run([
      step("wait for file descriptors", [
        memory("pollfds", content),
        ignoring(call("ppoll", address("pollfds"), fds.length, timespec(left), null, 8), "EINTR"),
      ]),
    ]);
    const events = polled.bytes("pollfds", content.length);
    const ready = fds.map((_, index) => pollfd.decode(events.subarray(index * pollfd.size)).revents !== 0);
    if (left === 0 || ready.includes(true)) return ready;
  }
}

function timespec(milliseconds: number): Buffer {
  const seconds = Math.floor(milliseconds / 1000);
  return Buffer.from(
    BigInt64Array.of(BigInt(seconds), BigInt(Math.ceil((milliseconds - seconds * 1000) * 1e6))).buffer,
  );
}

/** Milliseconds of the monotonic clock: performance.now() loads what takes 2.5 ms. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
