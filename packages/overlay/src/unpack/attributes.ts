import { AT, call, type Call, type Instruction, timespec, value } from "@wb/syscall";
import { type ByteString, pathArgument } from "../tar/byte-string.ts";
import type { Time } from "../tar/pax.ts";
import type { TarEntry } from "../tar/tar-entry.ts";
import { CELL } from "./cells.ts";

/** Of an entry, what its file is given. */
export type Attributes = Pick<TarEntry, "uid" | "gid" | "mode" | "mtime" | "atime" | "xattrs">;

/** What decides which attributes can be given. */
export interface AttributeOptions {
  /** Whether owners and privileged extended attributes are given. */
  readonly owners: boolean;
  /** Whether what only the machine's root may make is made. */
  readonly privileged: boolean;
}

/**
 * Gives the open file of the cell `file` its owner, mode, extended attributes and times. The order is the kernel's: a change
 * of the owner clears setuid bits and capabilities.
 */
export function fileAttributes(entry: Attributes, options: AttributeOptions): Instruction[] {
  return [
    ...(options.owners ? [call("fchown", value(CELL.file), entry.uid, entry.gid)] : []),
    call("fchmod", value(CELL.file), entry.mode),
    ...xattrCalls(entry.xattrs, options),
    call("utimensat", value(CELL.file), null, timesOf(entry), 0),
  ];
}

/** Gives them to a name in the cell `directory` that cannot be opened; extended attributes are {@link setXattrs}'s. */
export function nameAttributes(
  { entry, base }: { entry: TarEntry; base: ByteString },
  { owners }: AttributeOptions,
): Call[] {
  const name = pathArgument(base);
  const owner = call("fchownat", value(CELL.directory), name, entry.uid, entry.gid, AT.SYMLINK_NOFOLLOW);
  return [
    ...(owners ? [owner] : []),
    // It was made by the call before: there is nothing to follow. A symbolic link has no mode.
    ...(entry.type === "symlink" ? [] : [call("fchmodat", value(CELL.directory), name, entry.mode)]),
    call("utimensat", value(CELL.directory), name, timesOf(entry), AT.SYMLINK_NOFOLLOW),
  ];
}

/** Of the cell `file`. */
export function xattrCalls(xattrs: TarEntry["xattrs"], options: AttributeOptions): Call[] {
  return wantedXattrs(xattrs, options).map(([name, content]) =>
    call("fsetxattr", value(CELL.file), pathArgument(name), content, content.length, 0),
  );
}

/**
 * An overlay's own attributes would change how a layer looks when it is mounted in an overlay; all but `user.` are for root.
 */
export function wantedXattrs(xattrs: TarEntry["xattrs"], { owners, privileged }: AttributeOptions): TarEntry["xattrs"] {
  return xattrs
    .filter(([name]) => !/^(?:trusted|user)\.overlay\./.test(name) && (owners || name.startsWith("user.")))
    .filter(([name]) => privileged || !name.startsWith("trusted."));
}

/** Two `struct timespec`, utimensat(2): when it was read last, which few archives say, and when it was changed. */
function timesOf({ mtime, atime = mtime }: Pick<TarEntry, "mtime" | "atime">): Buffer {
  const times = Buffer.alloc(2 * timespec.size);
  writeTime(times, atime, 0);
  writeTime(times, mtime, timespec.size);
  return times;
}

/** By halves, which is faster than by a bigint: there are many of them. */
function writeTime(times: Buffer, { sec, nsec }: Time, at: number): void {
  times.writeInt32LE(sec | 0, at);
  times.writeInt32LE(Math.floor(sec / 2 ** 32), at + 4);
  times.writeInt32LE(nsec, at + timespec.offsets.tv_nsec);
}
