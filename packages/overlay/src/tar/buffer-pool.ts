/** Buffers of one size that are used again: to make and to clear new ones takes longer than to fill them. */
export class BufferPool {
  readonly #size: number;
  readonly #own = new WeakSet<ArrayBufferLike>();
  readonly #free: Buffer[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** One that nobody uses; its bytes are anything. */
  take(): Buffer {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const made = Buffer.allocUnsafeSlow(this.#size);
    this.#own.add(made.buffer);
    return made;
  }

  /** Takes one back, or a part of one, that nobody uses any more. What is not of this pool is left to the collector. */
  give(used: Uint8Array): void {
    if (this.#own.has(used.buffer)) this.#free.push(Buffer.from(used.buffer));
  }
}
