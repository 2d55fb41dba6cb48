/** Blocks until something holds, in steps of 50 ms; an Error when the time is over. */
export function waitFor(
  holds: () => boolean,
  { what, seconds }: { readonly what: string; readonly seconds: number },
): void {
  const end = performance.now() + seconds * 1000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}
