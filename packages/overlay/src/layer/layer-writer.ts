import { createHash } from "node:crypto";
import { type BlockCompressor, blockCompressor, type LayerCompression } from "./block-compressor.ts";

/** Takes the bytes of a layer in order; the next ones come when it is done with these. */
export type LayerSink = (bytes: Buffer) => void | Promise<void>;

/** What was written. */
export interface WrittenLayer {
  /** `sha256:` and the SHA-256 of the bytes that were written, in hexadecimal. */
  readonly digest: string;
  /** That of the bytes before they were compressed. */
  readonly diffId: string;
  /** Bytes that were written. */
  readonly size: number;
}

/** Compresses what is written to it, and takes both digests on the way. */
export class LayerWriter {
  readonly #compressor: BlockCompressor;
  readonly #plain: boolean;
  readonly #sink: LayerSink;
  readonly #digest = createHash("sha256");
  readonly #diffId = createHash("sha256");
  /** Blocks that are being compressed, in order. */
  readonly #waiting: Promise<Buffer>[] = [];
  #block: Buffer;
  #filled = 0;
  #size = 0;

  constructor(sink: LayerSink, { compression, level }: { compression: LayerCompression; level?: number | undefined }) {
    this.#sink = sink;
    this.#plain = compression === "none";
    this.#compressor = blockCompressor(compression, level);
    this.#block = Buffer.allocUnsafeSlow(this.#compressor.block);
  }

  /** Room for the next bytes: what is put there counts after {@link filled}. */
  room(): Buffer {
    return this.#block.subarray(this.#filled);
  }

  /** Says that so many bytes of {@link room} are there. */
  async filled(bytes: number): Promise<void> {
    this.#filled += bytes;
    if (this.#filled === this.#block.length) await this.#flush();
  }

  /** Adds bytes; undefined where no one needs to wait. */
  write(bytes: Buffer): Promise<void> | undefined {
    if (bytes.length < this.#block.length - this.#filled) {
      bytes.copy(this.#block, this.#filled);
      this.#filled += bytes.length;
      return undefined;
    }
    return this.#writeParts(bytes);
  }

  async end(): Promise<WrittenLayer> {
    if (this.#filled > 0) await this.#flush();
    while (this.#waiting.length > 0) await this.#put();
    await this.#emit(this.#compressor.end());
    const digest = `sha256:${this.#digest.digest("hex")}`;
    return { digest, diffId: this.#plain ? digest : `sha256:${this.#diffId.digest("hex")}`, size: this.#size };
  }

  /** Waits until nothing is being compressed any more, whatever came of it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#waiting.splice(0));
  }

  async #writeParts(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(this.#block, this.#filled, at);
      at += copied;
      await this.filled(copied);
    }
  }

  async #flush(): Promise<void> {
    const block = this.#block.subarray(0, this.#filled);
    if (!this.#plain) this.#diffId.update(block);
    const compressing = this.#compressor.compress(block);
    // It is told where it is awaited.
    compressing.catch(() => {});
    this.#waiting.push(compressing);
    this.#block = Buffer.allocUnsafeSlow(this.#compressor.block);
    this.#filled = 0;
    if (this.#waiting.length >= AHEAD) await this.#put();
  }

  async #put(): Promise<void> {
    const compressed = await this.#waiting.shift();
    if (compressed === undefined) return;
    if (this.#size === 0) await this.#emit(this.#compressor.begin());
    await this.#emit(compressed);
  }

  async #emit(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    this.#digest.update(bytes);
    this.#size += bytes.length;
    await this.#sink(bytes);
  }
}

/** Blocks at once: a few more than libuv's pool has threads. */
const AHEAD = 6;
