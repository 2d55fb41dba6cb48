import { closeSync, openSync } from "node:fs";
import { O } from "@wb/syscall";
import { BufferPool } from "../tar/buffer-pool.ts";
import { decompressed } from "../tar/decompress.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import { TarReader } from "../tar/tar-reader.ts";
import { type ArchiveSource, CHUNK, chunksOf } from "./archive-source.ts";
import { type BatchOptions, makeEntries } from "./batch.ts";
import { ContentId } from "./content-id.ts";
import { Directories } from "./directories.ts";
import { Lane } from "./lane.ts";
import { unpackLargeFile } from "./large-file.ts";
import { setNameXattrs } from "./name-xattrs.ts";
import { type Pending, pendingOf } from "./pending.ts";

export interface UnpackOptions {
  /**
   * Whether to give owners, and extended attributes other than `user.`, as `tar --same-owner`. Default: as root.
   */
  readonly owners?: boolean;
  /**
   * Whether to make device nodes and to give `trusted.` attributes, which no user namespace may: without, they are left out. Default
   * true.
   */
  readonly privileged?: boolean;
}

/** What was unpacked. */
export interface Unpacked {
  /** SHA-256 of the archive's bytes as they came, compressed or not, in hexadecimal. */
  readonly archiveId: string;
  /** Entries of the archive. */
  readonly entries: number;
  /** Bytes of all files, with their holes. */
  readonly size: number;
}

/**
 * Unpacks a tar archive into a directory: plain, or compressed with gzip or zstd, which its first bytes say.
 *
 * Nothing outside the directory is touched, whatever the archive says: paths are resolved inside it by the kernel, last names
 * never followed. Owners, modes, times, extended attributes, devices and hard links are those of the archive. What is
 * unpacked is the whole archive, or an error is thrown; what had been made by then stays.
 *
 * Equivalent to `tar -x --numeric-owner --same-permissions --xattrs --xattrs-include='*' -f SOURCE -C DIRECTORY`.
 *
 * @param source a path, or the archive's bytes
 * @param directory an existing one, best empty: what is there is replaced by what the archive has of the same name
 * @throws TarError for an archive that is broken or goes astray, SyscallError
 * @example
 * await unpack("root.tar", "/srv/root"); // { archiveId: "3fd1…", entries: 6770, size: 214958080 }
 */
export async function unpack(source: ArchiveSource, directory: string, options: UnpackOptions = {}): Promise<Unpacked> {
  const { owners = process.geteuid?.() === 0, privileged = true } = options;
  const root = openSync(directory, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  const pool = new BufferPool(CHUNK);
  const id = new ContentId(chunksOf(source, pool));
  const reader = new TarReader(decompressed(id.chunks(), pool), pool);
  const unpacker = new Unpacker(reader, { root, owners, privileged, directories: new Directories() });
  try {
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) await unpacker.add(entry);
    await reader.drain();
    await unpacker.finish();
    return { archiveId: await id.digest(), ...unpacker.sum };
  } finally {
    await unpacker.settle();
    await reader.close();
    await id.close();
    closeSync(root);
  }
}

/** Larger files are written part by part. */
const LARGE = 2 ** 18;

/** A table has at most this many entries, and files of this many bytes together. */
const MOST = { entries: 256, bytes: 2 ** 20 } as const;

/** Gathers entries for tables, which are run while the next entries are read. */
class Unpacker {
  readonly sum = { entries: 0, size: 0 };
  readonly #reader: TarReader;
  readonly #options: BatchOptions;
  readonly #lane = new Lane(2);
  #pending: Pending[] = [];
  #bytes = 0;

  constructor(reader: TarReader, options: BatchOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  async add(entry: TarEntry): Promise<void> {
    this.sum.entries++;
    this.sum.size += entry.size;
    const judged = pendingOf(entry);
    const { path } = judged.place;
    const { directories } = this.#options;
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

  async finish(): Promise<void> {
    await this.#flush();
    await this.#lane.drain();
    await this.#options.directories.finish(this.#options.root, this.#options);
  }

  settle(): Promise<void> {
    return this.#lane.settle();
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
