/**
 * Something that is tried until it is done: it yields how many milliseconds to wait before the next try. Both drivers
 * below run it, so that there is one definition for the synchronous and the asynchronous form.
 */
export type Trying = Generator<number, void, void>;

/** Waits without blocking the event loop. */
export async function drive(trying: Trying): Promise<void> {
  for (const milliseconds of trying) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, milliseconds);
    });
  }
}

/** Blocks the thread while it waits: for the last moments of a process, when no event loop turns any more. */
export function driveSync(trying: Trying): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (const milliseconds of trying) Atomics.wait(nothing, 0, 0, milliseconds);
}

/** Yields growing pauses, from a quarter of a millisecond on, and ends when the time is up. */
export function* pauses(timeout: number): Trying {
  const deadline = now() + timeout;
  for (let pause = 0.25; now() < deadline; pause = Math.min(pause * 1.5, LONGEST)) {
    yield Math.min(pause, Math.max(0, deadline - now()));
  }
}

/** Milliseconds of the monotonic clock: performance.now() loads what takes 2.5 ms. */
function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** Milliseconds. */
const LONGEST = 50;
