import type { BufferPool } from "./buffer-pool.ts";

/** Reads bytes from a source of chunks: as many as are wanted at a time, without copying those that one chunk has. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #pool: BufferPool | undefined;
  /** Chunks of which no more is to be read, with the position of their end. */
  readonly #past: { readonly end: number; readonly chunk: Buffer }[] = [];
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** How many bytes have been read. */
  position = 0;

  /** @param pool where chunks go after {@link release} */
  constructor(source: AsyncIterable<Uint8Array>, pool?: BufferPool) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.#pool = pool;
  }

  /** Exactly so many bytes, or fewer where the source ends. They are valid until {@link release}. */
  read(length: number): Buffer | Promise<Buffer> {
    const end = this.#at + length;
    return end <= this.#chunk.length ? this.#take(length) : this.#collect(length);
  }

  /** At least one byte and at most so many, as they come; none at the end of the source. */
  async some(most: number): Promise<Buffer> {
    if (this.#at === this.#chunk.length) await this.#next();
    return this.#take(Math.min(most, this.#chunk.length - this.#at));
  }

  /** Passes over so many bytes; returns how many there were. */
  async skip(length: number): Promise<number> {
    let left = length;
    while (left > 0) {
      const { length: passed } = await this.some(left);
      if (passed === 0) break;
      left -= passed;
    }
    return length - left;
  }

  /** Says that nobody uses any more what was read up to a position. */
  release(position: number): void {
    while (this.#past[0] !== undefined && this.#past[0].end <= position) {
      const { chunk } = this.#past[0];
      this.#past.shift();
      this.#pool?.give(chunk);
    }
  }

  /** Lets the source go, wherever it is. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #collect(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let left = length;
    while (left > 0) {
      const part = await this.some(left);
      if (part.length === 0) break;
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  async #next(): Promise<void> {
    do {
      const { value, done } = await this.#chunks.next();
      if (done === true) return;
      // Where nothing is used again nobody says when it could be.
      if (this.#pool !== undefined) this.#past.push({ end: this.position, chunk: this.#chunk });
      this.#chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      this.#at = 0;
    } while (this.#chunk.length === 0);
  }

  #take(length: number): Buffer {
    const taken = this.#chunk.subarray(this.#at, this.#at + length);
    this.#at += length;
    this.position += length;
    return taken;
  }
}
