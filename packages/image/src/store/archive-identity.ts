import { type BigIntStats, fstatSync } from "node:fs";

/** What tells whether a file is the one that was read before, and has not been changed since: all of it as text. */
export interface ArchiveIdentity {
  readonly dev: string;
  readonly ino: string;
  /** Bytes. */
  readonly size: string;
  /** Nanoseconds since 1970, when its content was changed. */
  readonly mtime: string;
  /** The same of its attributes: unlike `mtime` nobody can set it. */
  readonly ctime: string;
}

/** Of an open file. */
export function identityOf(fd: number): ArchiveIdentity {
  const { dev, ino, size, mtimeNs, ctimeNs }: BigIntStats = fstatSync(fd, { bigint: true });
  return { dev: `${dev}`, ino: `${ino}`, size: `${size}`, mtime: `${mtimeNs}`, ctime: `${ctimeNs}` };
}

export function isSameIdentity(a: ArchiveIdentity, b: ArchiveIdentity): boolean {
  return FIELDS.every((field) => a[field] === b[field]);
}

export const FIELDS = ["dev", "ino", "size", "mtime", "ctime"] as const;

/**
 * Whether a change of the file could go unseen: the clock of a file system may stand still for some milliseconds, in which
 * the same file can be read, and changed, and have the same times.
 */
export function isRecent({ ctime }: ArchiveIdentity): boolean {
  return BigInt(Date.now()) * 1_000_000n - BigInt(ctime) < CLOCK_TICK;
}

/** As git has it for the same reason ("racily clean"), with room for a file system on another machine. */
const CLOCK_TICK = 2_000_000_000n;
