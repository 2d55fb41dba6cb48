import type { ArchiveSource } from "./archive-source.ts";
import { unpackArchive } from "./unpack-archive.ts";

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
  const { diffId: _, ...unpacked } = await unpackArchive(source, directory, { owners, privileged, diffId: false });
  return unpacked;
}
