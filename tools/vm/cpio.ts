export interface Entry {
  /** Its place in the archive, without a leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly data?: Uint8Array;
}

/** An archive in the format "newc", which the kernel unpacks as initramfs: Documentation/driver-api/early-userspace/buffer-format.rst. */
export function cpio(entries: readonly Entry[]): Buffer {
  return Buffer.concat([...entries.map(member), member({ path: "TRAILER!!!", mode: 0 }, 0)]);
}

const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;

/** A directory of the archive. */
export function directory(path: string): Entry {
  return { path, mode: S_IFDIR | 0o755 };
}

/** A regular file of the archive. */
export function file(path: string, data: Uint8Array, mode = 0o644): Entry {
  return { path, mode: 0o100000 | (mode & ~S_IFMT), data };
}

function member({ path, mode, data = new Uint8Array() }: Entry, index: number): Buffer {
  const name = Buffer.from(`${path}\0`);
  const links = 1;
  // ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
  const fields = [index, mode, 0, 0, links, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(Buffer.from(data))]);
}

/** Names and contents end at a multiple of four bytes. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
