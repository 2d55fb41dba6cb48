import type { Transform } from "node:stream";
import type { BufferPool } from "./buffer-pool.ts";
import { TarError } from "./tar-error.ts";
import { ProgramError, throughProgram } from "./through-program.ts";

/** How an archive is compressed, from its first bytes: `none` for anything that is not known. */
export type Compression = "none" | "gzip" | "zstd" | "xz" | "bzip2" | "lz4" | "compress";

/** RFC 1952, RFC 8878, and the manual pages of the others. */
const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
  ["compress", [0x1f, 0x9d]],
];

const SKIPPABLE = [0x50, 0x2a, 0x4d, 0x18];

const LONGEST_MAGIC = 6;

/** @param head at least 6 bytes, where there are so many */
export function compressionOf(head: Uint8Array): Compression {
  // A zstd archive may begin with one of the 16 kinds of frames that are to be skipped.
  const bytes = [(head[0] ?? 0) & 0xf0, ...head.subarray(1, 4)];
  if (SKIPPABLE.every((byte, index) => bytes[index] === byte)) return "zstd";
  return MAGIC.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0] ?? "none";
}

/**
 * The bytes of an archive, decompressed where they are compressed. Several members one after the other are one archive. What
 * Node.js does not decompress, programs do, as for GNU tar.
 *
 * @param pool where chunks go that were decompressed; those of what is not compressed are the caller's
 * @param told is told the compression before the first bytes come
 * @throws TarError for data that is broken or cut off, and for a compression whose program is missing
 */
export async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  pool?: BufferPool,
  told?: (compression: Compression) => void,
): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await atLeast(LONGEST_MAGIC, chunks);
  const compression = compressionOf(first);
  told?.(compression);
  let offset = 0;
  try {
    for await (const chunk of DECOMPRESS[compression]({ first, chunks, pool })) {
      offset += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw asTarError(error, { compression, offset });
  } finally {
    // Nobody waits for it: the source may be a pipe from which nothing more comes.
    Promise.resolve(chunks.return?.()).catch(() => {});
  }
}

/** An archive whose first bytes have been read. */
interface Compressed {
  readonly first: Uint8Array;
  readonly chunks: AsyncIterator<Uint8Array>;
  readonly pool: BufferPool | undefined;
}

const DECOMPRESS: Readonly<Record<Compression, (compressed: Compressed) => AsyncIterable<Uint8Array>>> = {
  none: all,
  gzip,
  zstd,
  xz: (compressed) => throughProgram(["xz", "-dc"], all(compressed)),
  bzip2: (compressed) => throughProgram(["bzip2", "-dc"], all(compressed)),
  lz4: (compressed) => throughProgram(["lz4", "-dc"], all(compressed)),
  compress: (compressed) => throughProgram(["gzip", "-dc"], all(compressed)),
};

async function* all({ first, chunks }: Compressed): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

/** node:zlib goes on with the next member by itself, and what is none is no one's: padding. (It takes 2 ms to load.) */
async function* gzip(compressed: Compressed): AsyncGenerator<Uint8Array> {
  const { createGunzip } = await import("node:zlib");
  yield* new Member(createGunzip({ chunkSize: CHUNK }), compressed).decompressed();
}

async function* zstd(compressed: Compressed): AsyncGenerator<Uint8Array> {
  const { createZstdDecompress } = await import("node:zlib");
  for (let rest: Uint8Array | undefined = compressed.first; rest !== undefined;) {
    const member: Member = new Member(createZstdDecompress({ chunkSize: CHUNK }), { ...compressed, first: rest });
    yield* member.decompressed();
    rest = await member.rest();
  }
}

const CHUNK = 2 ** 18;

/** The first bytes, in one piece: fewer where there are no more. */
async function atLeast(wanted: number, chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let length = 0; length < wanted;) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    parts.push(value);
    length += value.length;
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

type Engine = Transform & { readonly bytesWritten: number };

/** One member of a compressed archive. */
class Member {
  readonly #engine: Engine;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #pool: BufferPool | undefined;
  readonly #feeding: Promise<Uint8Array | undefined>;

  constructor(created: Engine, { first, chunks, pool }: Compressed) {
    this.#engine = created;
    this.#chunks = chunks;
    this.#pool = pool;
    this.#feeding = this.#feed(first);
    // An error of the source destroys the engine, and is told by it.
    this.#feeding.catch(() => {});
  }

  async *decompressed(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#engine as AsyncIterable<Uint8Array>) yield chunk;
    } finally {
      this.#engine.destroy();
    }
  }

  /** What follows it, once all of it was read; undefined at the end of the source. */
  rest(): Promise<Uint8Array | undefined> {
    return this.#feeding;
  }

  async #feed(first: Uint8Array): Promise<Uint8Array | undefined> {
    let written = 0;
    try {
      for (let chunk: Uint8Array | undefined = first; chunk !== undefined; chunk = await this.#next()) {
        written += chunk.length;
        await this.#write(chunk);
        const left = written - this.#engine.bytesWritten;
        if (this.#engine.destroyed || left > 0) return left === 0 ? undefined : chunk.subarray(chunk.length - left);
        this.#pool?.give(chunk);
      }
      this.#engine.end();
    } catch (error) {
      this.#engine.destroy(error instanceof Error ? error : new Error(String(error)));
    }
    return undefined;
  }

  async #next(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.#chunks.next();
    return done === true ? undefined : value;
  }

  /** Until it is decompressed, or the engine takes no more. */
  async #write(chunk: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => resolve();
    this.#engine.once("end", done).once("close", done);
    this.#engine.write(chunk, done);
    await promise;
    this.#engine.off("end", done).off("close", done);
  }
}

/** What node:zlib or a program says of data; other errors as they are. */
function asTarError(error: unknown, { compression, offset }: { compression: Compression; offset: number }): unknown {
  if (error instanceof ProgramError && error.missing)
    return new TarError(`it is compressed with ${compression}, and the program for that is missing: ${error.message}`, {
      code: "WB_TAR_UNSUPPORTED",
      offset,
      hint: "install it, or compress the archive with gzip or zstd, for which none is needed",
      cause: error,
    });
  if (!(error instanceof ProgramError) && !isZlibError(error)) return error;
  const early = /unexpected end|ends unexpectedly/i.test(error.message);
  return new TarError(
    `the ${compression} data ${early ? "ends too early" : `cannot be decompressed: ${error.message}`}`,
    {
      code: early ? "WB_TAR_TRUNCATED" : "WB_TAR_INVALID",
      offset,
      cause: error,
    },
  );
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && /^(?:Z_|ZSTD_)/.test(String(error.code));
}
