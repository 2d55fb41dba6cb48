import { closeSync, openSync } from "node:fs";
import { O } from "@wb/syscall";
import type { Whiteouts } from "../layer/whiteouts.ts";
import { BufferPool } from "../tar/buffer-pool.ts";
import { type Compression, decompressed } from "../tar/decompress.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import { TarError } from "../tar/tar-error.ts";
import { TarReader } from "../tar/tar-reader.ts";
import { type ArchiveSource, CHUNK, chunksOf } from "./archive-source.ts";
import { type BatchOptions, makeEntries } from "./batch.ts";
import { ContentId } from "./content-id.ts";
import { Directories } from "./directories.ts";
import { Lane } from "./lane.ts";
import { unpackLargeFile } from "./large-file.ts";
import { setNameXattrs } from "./name-xattrs.ts";
import { type Pending, pendingOf } from "./pending.ts";

/** What an archive may have at most. */
export interface ArchiveLimits {
  /** Bytes of the archive once it is decompressed, and of all its files with their holes. Default: any number. */
  readonly size?: number | undefined;
  /** Default: any number. */
  readonly entries?: number | undefined;
}

export interface UnpackArchiveOptions {
  readonly owners: boolean;
  readonly privileged: boolean;
  readonly limits?: ArchiveLimits | undefined;
  /** Takes the names that are whiteouts. Without it they are files like others. */
  readonly whiteouts?: Whiteouts | undefined;
  /** Whether to take the digest of the archive as it is when it is decompressed, too. */
  readonly diffId: boolean;
}

/** What came of an archive. */
export interface UnpackedArchive {
  /** SHA-256 of the bytes as they came, in hexadecimal. */
  readonly archiveId: string;
  /** SHA-256 of the decompressed bytes, where it is wanted. */
  readonly diffId: string;
  readonly entries: number;
  readonly size: number;
}

/** Unpacks an archive: what `unpack` and `applyLayer` have in common. */
export async function unpackArchive(
  source: ArchiveSource,
  directory: string,
  options: UnpackArchiveOptions,
): Promise<UnpackedArchive> {
  const { whiteouts } = options;
  const root = openSync(directory, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  const pool = new BufferPool(CHUNK);
  let compression: Compression = "none";
  const told = (found: Compression): void => void (compression = found);
  const id = new ContentId(chunksOf(source, pool));
  // What is not compressed has one digest.
  const plain = new ContentId(decompressed(id.chunks(), pool, told), () => options.diffId && compression !== "none");
  const reader = new TarReader(limited(plain.chunks(), options.limits?.size), pool);
  const batch = { ...options, root, directories: new Directories() };
  const unpacker = new Unpacker(reader, batch);
  try {
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) await unpacker.add(entry);
    await reader.drain();
    await unpacker.drain();
    await whiteouts?.finish(batch);
    await batch.directories.finish(root, batch);
    const archiveId = await id.digest();
    return { archiveId, diffId: compression === "none" ? archiveId : await plain.digest(), ...unpacker.sum };
  } finally {
    await unpacker.settle();
    await reader.close();
    await plain.close();
    await id.close();
    closeSync(root);
  }
}

async function* limited(
  source: AsyncIterable<Uint8Array>,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const chunk of source) {
    offset += chunk.length;
    if (offset > most) throw tooLarge(`the archive has more than ${most} bytes`, { offset });
    yield chunk;
  }
}

function tooLarge(problem: string, where: { readonly offset: number; readonly entry?: string }): TarError {
  return new TarError(problem, { code: "WB_TAR_TOO_LARGE", ...where });
}

/** Larger files are written part by part. */
const LARGE = 2 ** 18;

/** A table has at most this many entries, and files of this many bytes together. */
const MOST = { entries: 256, bytes: 2 ** 20 } as const;

type UnpackerOptions = BatchOptions & Pick<UnpackArchiveOptions, "limits" | "whiteouts">;

/** Gathers entries for tables, which are run while the next entries are read. */
class Unpacker {
  readonly sum = { entries: 0, size: 0 };
  readonly #reader: TarReader;
  readonly #options: UnpackerOptions;
  readonly #lane = new Lane(2);
  #pending: Pending[] = [];
  #bytes = 0;

  constructor(reader: TarReader, options: UnpackerOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  async add(entry: TarEntry): Promise<void> {
    this.#count(entry);
    const judged = pendingOf(entry);
    const { path } = judged.place;
    const { directories, whiteouts } = this.#options;
    if (whiteouts?.take(judged) === true) return;
    if (entry.type === "directory") directories.add(path, entry);
    else directories.remove(path);
    // The root is there.
    if (path === "") return;
    if (entry.stored > LARGE || entry.extents !== undefined) {
      await this.#flush();
      const options = { ...this.#options, reader: this.#reader, lane: this.#lane };
      await unpackLargeFile({ ...judged, content: NOTHING }, options);
      return;
    }
    const content = entry.stored === 0 ? NOTHING : await this.#reader.content();
    const pending = { ...judged, content };
    this.#pending.push(pending);
    this.#bytes += content.length;
    if (entry.xattrs.length > 0 && entry.type !== "file" && entry.type !== "directory" && entry.type !== "link") {
      await this.#flush();
      await this.#lane.add(async () => setNameXattrs(pending, this.#options));
    } else if (this.#pending.length >= MOST.entries || this.#bytes >= MOST.bytes) await this.#flush();
  }

  async drain(): Promise<void> {
    await this.#flush();
    await this.#lane.drain();
  }

  settle(): Promise<void> {
    return this.#lane.settle();
  }

  #count({ offset, name, size }: TarEntry): void {
    const { sum } = this;
    sum.entries++;
    sum.size += size;
    const { limits = {} } = this.#options;
    const where = { offset, entry: name };
    if (sum.entries > (limits.entries ?? Number.POSITIVE_INFINITY))
      throw tooLarge(`the archive has more than ${limits.entries} entries`, where);
    if (sum.size > (limits.size ?? Number.POSITIVE_INFINITY))
      throw tooLarge(`the files have more than ${limits.size} bytes with it`, where);
  }

  async #flush(): Promise<void> {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    this.#bytes = 0;
    const { position } = this.#reader;
    await this.#lane.add(async () => {
      await makeEntries(pending, this.#options);
      this.#reader.release(position);
    });
  }
}

const NOTHING = Buffer.alloc(0);
