import { lstatSync, mkdirSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { UserError } from "../../user-error.ts";

/**
 * Makes a directory that is only this user's, below one that is everyone's: whoever knows its name may have made it before.
 *
 * @throws UserError where it is another user's, a link, or open to others
 */
export function ownDirectory(path: string): string {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  }
  const { uid, mode } = lstatSync(path);
  const user = process.geteuid?.();
  // In a directory with the sticky bit, as /tmp is, nobody else can exchange what belongs to this user.
  if (uid === user && (mode & 0o077) === 0 && (mode & S_IFMT) === S_IFDIR) return path;
  const problem =
    uid !== user
      ? `belongs to user ${uid}`
      : (mode & S_IFMT) === S_IFDIR
        ? `is open to others: mode ${(mode & 0o7777).toString(8)}`
        : "is no directory";
  throw new UserError(`${path} ${problem}`, {
    hint: "containers that run are known there: set XDG_RUNTIME_DIR to a directory that is yours alone",
  });
}

/** inode(7) */
const S_IFMT = 0o170_000;
const S_IFDIR = 0o040_000;
