import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { O, quote } from "@wb/syscall";
import { byteString, type ByteString, textOf } from "../tar/byte-string.ts";
import { encodeEntry, type NewEntry, padding } from "../tar/encode-entry.ts";
import type { LayerCompression } from "./block-compressor.ts";
import { type LayerSink, LayerWriter, type WrittenLayer } from "./layer-writer.ts";
import { filesOf, type TreeFile } from "./tree.ts";
import { isOverlays, needOfBelow, type UpperForm, upperFile } from "./upper-whiteout.ts";

export interface PackLayerOptions {
  /** Default `gzip`. */
  readonly compression?: LayerCompression;
  /** Of the compression: 1 to 9 for gzip, 1 to 22 for zstd. Default: 6, 3. */
  readonly level?: number;
  /**
   * Where the directory is the upper one of an overlay, the form of its whiteouts, which become names `.wh.…`. Default: none,
   * all files are files.
   */
  readonly whiteouts?: UpperForm;
  /** Seconds since 1970: later times of changes become this one, https://reproducible-builds.org/specs/source-date-epoch/. */
  readonly sourceDateEpoch?: number;
  /** Whether a path in the directory is left out, with all that is below it. Default: nothing is. */
  readonly exclude?: (path: string) => boolean;
  /** Only these names in the directory, with what is below them. Default: all. */
  readonly names?: readonly string[];
  /** What an entry is written as: under another name, of another owner. Whiteouts are not asked. Default: as it is. */
  readonly change?: (entry: NewEntry) => NewEntry;
}

/**
 * Packs a directory as a layer of an image: a tar archive of all that is in it, without the directory itself. Equal trees
 * make equal bytes: names are sorted, nothing is said of when a file was read or of who has which name. Hard links are found,
 * sockets left out.
 *
 * Equivalent to `tar -c --sort=name --numeric-owner --format=pax --xattrs --xattrs-include='*' -C DIRECTORY . | gzip -n`.
 *
 * @param out a path, which is made or emptied, an open file descriptor, or what takes the bytes
 * @throws SyscallError, Error of Node for what cannot be read
 * @example
 * await packLayer("/srv/root", "layer.tar.gz", { compression: "gzip" }); // { digest: "sha256:…", diffId: "sha256:…", size: 31415 }
 */
export async function packLayer(
  directory: string,
  out: string | number | LayerSink,
  options: PackLayerOptions = {},
): Promise<WrittenLayer> {
  const { compression = "gzip", level } = options;
  if (typeof out === "string") {
    const fd = openSync(out, "w", 0o644);
    try {
      return await packLayer(directory, fd, options);
    } finally {
      closeSync(fd);
    }
  }
  const root = openSync(directory, O.RDONLY | O.DIRECTORY | O.CLOEXEC);
  const writer = new LayerWriter(typeof out === "number" ? (bytes) => writeAll(out, bytes) : out, {
    compression,
    level,
  });
  try {
    await new Packer(writer, options).add(root);
    await writer.write(Buffer.alloc(END));
    return await writer.end();
  } finally {
    await writer.settle();
    closeSync(root);
  }
}

/** Two blocks of zeros. */
const END = 1024;

function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

class Packer {
  readonly #writer: LayerWriter;
  readonly #options: PackLayerOptions;
  /** The first name of each file that has several, by device and inode. */
  readonly #links = new Map<string, ByteString>();

  constructor(writer: LayerWriter, options: PackLayerOptions) {
    this.#writer = writer;
    this.#options = options;
  }

  async add(root: number): Promise<void> {
    const { exclude, names, whiteouts } = this.#options;
    let left: ByteString | undefined;
    const only = names?.map((name) => byteString(Buffer.from(name)));
    for (const file of filesOf(root, { names: only })) {
      if (left !== undefined && file.path.startsWith(left)) continue;
      if (exclude?.(textOf(file.path)) === true) {
        left = `${file.path}/`;
        continue;
      }
      if (whiteouts !== undefined) await this.#addUpper(file, whiteouts);
      else await this.#addFile(file);
    }
  }

  async #addUpper(file: TreeFile, form: UpperForm): Promise<void> {
    const missing = needOfBelow(file, form);
    if (missing !== undefined)
      throw new Error(
        `${quote(textOf(file.path))} has overlay's attribute \`${missing}\`: what it is, only the layers below can tell`,
      );
    const kind = upperFile(file, form);
    const above = file.path.slice(0, file.path.length - file.name.length);
    if (kind === "whiteout") {
      await this.#marker(`${above}.wh.${file.name}`);
      return;
    }
    if (file.name.startsWith(".wh."))
      throw new Error(
        `${quote(textOf(file.path))}: in a layer of an image this name would stand for a file that was removed`,
      );
    await this.#addFile({ ...file, xattrs: file.xattrs.filter(([name]) => !isOverlays(name, form)) });
    if (kind === "opaque") await this.#marker(`${file.path}/.wh..wh..opq`);
  }

  /** What is not there has no time, either: that of the whiteout would only tell when it was made. */
  async #marker(name: ByteString): Promise<void> {
    await this.#writer.write(encodeEntry({ ...MARKER, name }));
  }

  async #addFile(file: TreeFile): Promise<void> {
    const { stat, path } = file;
    const type = typeOf(stat);
    if (type === undefined) return;
    const entry = this.#changed({
      type,
      name: type === "directory" ? `${path}/` : path,
      linkname: type === "symlink" ? file.target() : "",
      mode: Number(stat.mode) & 0o7777,
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      size: type === "file" ? Number(stat.size) : 0,
      mtime: this.#time(stat),
      ...(type === "character-device" || type === "block-device" ? deviceOf(stat.rdev) : NO_DEVICE),
      xattrs: file.xattrs,
    });
    if (type !== "directory" && stat.nlink > 1n) {
      const id = `${stat.dev}:${stat.ino}`;
      const first = this.#links.get(id);
      if (first !== undefined) {
        await this.#writer.write(encodeEntry({ ...entry, type: "link", linkname: first, size: 0, xattrs: [] }));
        return;
      }
      this.#links.set(id, entry.name);
    }
    if (type === "file" && entry.size > 0) await this.#content(file, entry);
    else {
      const written = this.#writer.write(encodeEntry(entry));
      if (written !== undefined) await written;
    }
  }

  #changed(entry: NewEntry): NewEntry {
    return this.#options.change?.(entry) ?? entry;
  }

  /** The file is opened before its header is written: one that cannot be read is no entry. */
  async #content({ at, path }: TreeFile, entry: NewEntry): Promise<void> {
    const fd = openSync(at, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const header = this.#writer.write(encodeEntry(entry));
      if (header !== undefined) await header;
      for (let left = entry.size; left > 0;) {
        const room = this.#writer.room();
        const read = readSync(fd, room, 0, Math.min(left, room.length), null);
        if (read === 0) throw new Error(`${textOf(path)} became smaller while it was packed`);
        left -= read;
        await this.#writer.filled(read);
      }
      const rest = this.#writer.write(NULS.subarray(0, padding(entry.size)));
      if (rest !== undefined) await rest;
    } finally {
      closeSync(fd);
    }
  }

  #time({ mtimeNs }: TreeFile["stat"]): NewEntry["mtime"] {
    const { sourceDateEpoch = Number.POSITIVE_INFINITY } = this.#options;
    const nsec = Number(((mtimeNs % SECOND) + SECOND) % SECOND);
    const sec = Number((mtimeNs - BigInt(nsec)) / SECOND);
    return sec >= sourceDateEpoch ? { sec: sourceDateEpoch, nsec: 0 } : { sec, nsec };
  }
}

const SECOND = 1_000_000_000n;
const NULS = Buffer.alloc(512);
const NO_DEVICE = { devmajor: 0, devminor: 0 } as const;

const MARKER: NewEntry = {
  type: "file",
  name: "",
  linkname: "",
  mode: 0,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: { sec: 0, nsec: 0 },
  ...NO_DEVICE,
  xattrs: [],
};

/** Undefined for a socket, which is nothing without its process. */
function typeOf(stat: TreeFile["stat"]): NewEntry["type"] | undefined {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  if (stat.isSymbolicLink()) return "symlink";
  if (stat.isCharacterDevice()) return "character-device";
  if (stat.isBlockDevice()) return "block-device";
  return stat.isFIFO() ? "fifo" : undefined;
}

/** linux/kdev_t.h: new_decode_dev(). */
function deviceOf(rdev: bigint): { readonly devmajor: number; readonly devminor: number } {
  const dev = Number(rdev);
  return { devmajor: (dev >> 8) & 0xfff, devminor: (dev & 0xff) | ((dev >>> 12) & 0xf_ff00) };
}
