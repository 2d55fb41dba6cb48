import type { ByteString } from "./byte-string.ts";
import type { Time } from "./pax.ts";
import type { Extent } from "./sparse.ts";

/** What an entry becomes. */
export type TarType = "file" | "link" | "symlink" | "character-device" | "block-device" | "directory" | "fifo";

/** An entry of an archive, with what its extended headers say: its name is as the archive has it, and not to be trusted. */
export interface TarEntry {
  /** Where its header is, in bytes from the start of the archive. */
  readonly offset: number;
  readonly type: TarType;
  readonly name: ByteString;
  /** What a `symlink` contains, or the name of the entry that a `link` is another name of. */
  readonly linkname: ByteString;
  /** Permission bits, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of the file once it is unpacked, with its holes. */
  readonly size: number;
  /** Bytes of it that the archive has: `size`, unless the file is sparse. */
  readonly stored: number;
  /** The parts of a sparse file that the archive has. */
  readonly extents?: readonly Extent[];
  readonly mtime: Time;
  readonly atime?: Time;
  /** Of devices. */
  readonly devmajor: number;
  readonly devminor: number;
  readonly xattrs: readonly (readonly [name: ByteString, value: Buffer])[];
}
