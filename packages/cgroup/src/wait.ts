/**
 * Something that is tried until it is done: it yields how many milliseconds to wait before the next try. Both drivers
 * below run it, so that there is one definition for the synchronous and the asynchronous form.
 */
export type Trying = Waiting<void>;

/** The same with a result. */
export type Waiting<T> = Generator<number, T, void>;

/** Waits without blocking the event loop. */
export async function drive<T>(waiting: Waiting<T>): Promise<T> {
  for (;;) {
    const { done, value } = waiting.next();
    if (done === true) return value;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, value);
    });
  }
}

/** Blocks the thread while it waits: for the last moments of a process, when no event loop turns any more. */
export function driveSync<T>(waiting: Waiting<T>): T {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const { done, value } = waiting.next();
    if (done === true) return value;
    Atomics.wait(nothing, 0, 0, value);
  }
}

/** Yields growing pauses, from a quarter of a millisecond on, and ends when the time is up. */
export function* pauses(timeout: number): Trying {
  const deadline = now() + timeout;
  for (let pause = 0.25; now() < deadline; pause = Math.min(pause * 1.5, LONGEST)) {
    yield Math.min(pause, Math.max(0, deadline - now()));
  }
}

/** Milliseconds of the monotonic clock: performance.now() loads what takes 2.5 ms. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** Milliseconds. */
const LONGEST = 50;
