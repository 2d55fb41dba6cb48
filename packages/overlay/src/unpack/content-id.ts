import type { Hash } from "node:crypto";
import { BufferPool } from "../tar/buffer-pool.ts";
import { CHUNK, chunksOf } from "./archive-source.ts";

/** Takes the SHA-256 of a source while it is read. */
export class ContentId {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #wanted: () => boolean;
  #hash: Hash | undefined;

  /** @param wanted asked before each chunk is added: without the first ones a digest is nobody's */
  constructor(source: AsyncIterable<Uint8Array>, wanted: () => boolean = () => true) {
    this.#source = source[Symbol.asyncIterator]();
    this.#wanted = wanted;
  }

  /** The source's bytes. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) yield next;
  }

  /** Of all of the source: what nobody has read yet is read now. In hexadecimal. */
  async digest(): Promise<string> {
    while ((await this.#next()) !== undefined);
    this.#hash ??= await newHash();
    return this.#hash.digest("hex");
  }

  /** Lets the source go, wherever it is. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.#source.next();
    if (done === true) return undefined;
    if (!this.#wanted()) return value;
    this.#hash ??= await newHash();
    this.#hash.update(value);
    return value;
  }
}

/** Of an open file. */
export async function archiveIdOf(fd: number): Promise<string> {
  const pool = new BufferPool(CHUNK);
  const id = new ContentId(chunksOf(fd, pool));
  for await (const chunk of id.chunks()) pool.give(chunk);
  return id.digest();
}

/** node:crypto takes 5 ms to load, which a command that unpacks nothing need not wait for. */
async function newHash(): Promise<Hash> {
  const { createHash } = await import("node:crypto");
  return createHash("sha256");
}
