import type { BufferPool } from "./buffer-pool.ts";
import { ByteReader } from "./byte-reader.ts";
import { byteString, type ByteString } from "./byte-string.ts";
import { entryOf, type Extensions } from "./entry-of.ts";
import { decodePax, mergePax, type PaxRecord, type PaxRecords } from "./pax.ts";
import { readSparseMap } from "./sparse-map.ts";
import { isSparseMap, withMap } from "./sparse.ts";
import type { TarEntry } from "./tar-entry.ts";
import { TarError } from "./tar-error.ts";
import { BLOCK, decodeHeader, isZeros, type TarHeader } from "./tar-header.ts";

/**
 * Reads an archive that is not compressed entry by entry: ustar, pax, GNU's and v7's forms, tar(5). What it keeps in memory
 * is bounded, whatever the archive says.
 *
 * @example
 * const reader = new TarReader(createReadStream("root.tar"));
 * for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) entry.name;
 */
export class TarReader {
  readonly #bytes: ByteReader;
  #globals: PaxRecords = new Map();
  #current: TarEntry | undefined;
  /** Bytes of the current entry that have not been read, and the NULs after it. */
  #left = 0;
  #padding = 0;

  /** @param pool where the source's chunks go after {@link release} */
  constructor(source: AsyncIterable<Uint8Array>, pool?: BufferPool) {
    this.#bytes = new ByteReader(source, pool);
  }

  /** How many bytes of the archive have been read. */
  get position(): number {
    return this.#bytes.position;
  }

  /** Says that nobody uses any more what was read of entries' contents up to a position. */
  release(position: number): void {
    this.#bytes.release(position);
  }

  /**
   * The next entry; what was not read of the one before is passed over. Undefined once the archive's end mark was read.
   *
   * @throws TarError
   */
  async next(): Promise<TarEntry | undefined> {
    await this.#finishEntry();
    let extensions: Extensions = { pax: this.#globals };
    for (;;) {
      const offset = this.#bytes.position;
      const block = await this.#bytes.read(BLOCK);
      if (block.length === 0 || isZeros(block)) return this.#end(block, offset);
      const header = decodeHeader(full(block, { offset }), offset);
      const extend = EXTENSIONS[header.typeflag];
      if (extend === undefined) return this.#begin(block, header, { extensions, offset });
      const content = await this.#extension(header, offset);
      if (header.typeflag === "g") this.#globals = merged(this.#globals, forAll(decodePax(content, offset)), offset);
      extensions = extend(
        header.typeflag === "g" ? { ...extensions, pax: this.#globals } : extensions,
        content,
        offset,
      );
    }
  }

  /** The current entry's bytes that are left, in one piece, valid until {@link release}. @throws TarError */
  async content(): Promise<Buffer> {
    const content = await this.#bytes.read(this.#left);
    if (content.length < this.#left) throw truncated(this.#left - content.length, this.#where());
    this.#left = 0;
    return content;
  }

  /** At most so many of them, as they come, valid until {@link release}; none once all were read. @throws TarError */
  async some(most: number): Promise<Buffer> {
    if (this.#left === 0) return Buffer.alloc(0);
    const part = await this.#bytes.some(Math.min(most, this.#left));
    if (part.length === 0) throw truncated(this.#left, this.#where());
    this.#left -= part.length;
    return part;
  }

  /** Reads what follows the archive's end mark, to the end of the source. */
  async drain(): Promise<void> {
    await this.#bytes.skip(Number.POSITIVE_INFINITY);
  }

  /** Lets the source go, wherever it is. */
  close(): Promise<void> {
    return this.#bytes.close();
  }

  async #finishEntry(): Promise<void> {
    const passed = await this.#bytes.skip(this.#left + this.#padding);
    if (passed < this.#left) throw truncated(this.#left - passed, this.#where());
    this.#left = this.#padding = 0;
  }

  async #begin(
    block: Buffer,
    header: TarHeader,
    { extensions, offset }: { readonly extensions: Extensions; readonly offset: number },
  ): Promise<TarEntry> {
    const entry = entryOf(header, extensions, offset);
    this.#current = entry;
    const { typeflag } = header;
    const { pax } = extensions;
    const next = async (): Promise<Buffer> => full(await this.#bytes.read(BLOCK), this.#where());
    const map =
      entry.type === "file" ? await readSparseMap({ block, typeflag, pax, stored: entry.stored, next }) : "dense";
    this.#padding = padding(entry.stored);
    this.#left = entry.stored;
    if (map === "dense") return entry;
    this.#left -= map?.bytes ?? 0;
    if (map === undefined || !isSparseMap(map, this.#left))
      throw new TarError("its map of a sparse file is none", this.#where());
    return { ...entry, size: map.size, stored: this.#left, extents: map.extents };
  }

  async #extension({ size, name }: TarHeader, offset: number): Promise<ByteString> {
    if (size > LARGEST_EXTENSION)
      throw new TarError(`its extended header has ${size} bytes: at most ${LARGEST_EXTENSION} are read`, {
        offset,
        entry: name,
      });
    const whole = await this.#bytes.read(size + padding(size));
    const missing = size + padding(size) - whole.length;
    if (missing > 0) throw truncated(missing, { offset, entry: name });
    return byteString(whole.subarray(0, size));
  }

  /** Two blocks of zeros end an archive; the second may be missing, but nothing else may be in its place. */
  async #end(first: Buffer, offset: number): Promise<undefined> {
    if (first.length === 0)
      throw new TarError("the archive ends here, without the blocks of zeros that mark its end: was it cut off?", {
        code: "WB_TAR_TRUNCATED",
        offset,
      });
    const second = await this.#bytes.read(BLOCK);
    if (second.length > 0 && !isZeros(full(second, { offset })))
      throw new TarError("a block of zeros stands between entries", { offset });
    return undefined;
  }

  #where(): Place {
    return { offset: this.#current?.offset ?? 0, entry: this.#current?.name };
  }
}

interface Place {
  readonly offset: number;
  readonly entry?: ByteString | undefined;
}

/** What belongs to the entry that follows, by typeflag. */
const EXTENSIONS: Readonly<Record<string, (before: Extensions, content: ByteString, offset: number) => Extensions>> = {
  x: withRecords,
  X: withRecords, // Solaris
  L: (before, content, offset) => ({ ...before, path: longName(content, offset) }),
  K: (before, content, offset) => ({ ...before, linkpath: longName(content, offset) }),
  g: (before) => before,
  V: (before) => before, // the name of a volume
};

function withRecords(before: Extensions, content: ByteString, offset: number): Extensions {
  return { ...before, pax: merged(before.pax, withMap(decodePax(content, offset)), offset) };
}

/** Headers may follow one another without end: what is kept of them is bounded. */
function merged(before: PaxRecords, records: readonly PaxRecord[], offset: number): PaxRecords {
  const all = mergePax(before, records);
  let bytes = 0;
  for (const [keyword, value] of all) bytes += keyword.length + value.length;
  if (bytes > LARGEST_EXTENSION)
    throw new TarError(`its extended headers have ${bytes} bytes together: at most ${LARGEST_EXTENSION} are kept`, {
      offset,
    });
  return all;
}

/** What Go's archive/tar reads of one, too. */
const LARGEST_EXTENSION = 2 ** 20;

/** What only one entry can have, a global header cannot say. */
function forAll(records: readonly PaxRecord[]): PaxRecord[] {
  return records.filter(([keyword]) => !SINGLE.has(keyword) && !keyword.startsWith("GNU.sparse."));
}

const SINGLE: ReadonlySet<string> = new Set(["path", "linkpath", "size"]);

/** GNU's long names end with a NUL. */
function longName(content: ByteString, offset: number): ByteString {
  const name = content.replace(/\0+$/, "");
  if (name.includes("\0")) throw new TarError("its long name has a NUL byte", { offset });
  return name;
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function full(block: Buffer, where: Place): Buffer {
  if (block.length < BLOCK) throw truncated(BLOCK - block.length, where);
  return block;
}

function truncated(missing: number, where: Place): TarError {
  return new TarError(`the archive ends ${missing} bytes too early`, { code: "WB_TAR_TRUNCATED", ...where });
}
