import { closeSync, fstatSync, openSync, readdirSync, statSync } from "node:fs";
import { isErrno, O } from "@wb/syscall";

/** A file of a log, held open: it can be read to its end also after it was rotated away. */
export interface LogFile {
  readonly fd: number;
  /** What it is, while it is open: its name changes. */
  readonly inode: bigint;
  /** Bytes when it was opened. Only the newest file grows. */
  readonly size: number;
}

/**
 * Opens the files of a log, `log.N` to `log.1` and `log`, oldest first: [] where there is none.
 *
 * The supervisor may rename them meanwhile, each to the next number. So the names are looked through from `log` upwards, as
 * the files go, and once more: where both times the same files have the same names, they all had them in between, when no
 * other had a name. That the files are open keeps their inode numbers from being used again.
 *
 * @throws Error when the log is rotated faster than that, again and again
 */
export function openLogFiles(directory: string): LogFile[] {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    // One more than there is, since a rotation makes one more.
    const names = Array.from({ length: nameCount(directory) + 1 }, (_, number) =>
      number === 0 ? "log" : `log.${number}`,
    );
    const opened = names.map((name) => openLogFile(`${directory}/${name}`));
    const isAll = nameCount(directory) <= names.length;
    const isSame = names.every((name, index) => opened[index]?.inode === logInode(directory, name));
    const files = opened.filter((file) => file !== undefined).toReversed();
    if (isAll && isSame) return files;
    closeLogFiles(files);
  }
  throw new Error(`the log in ${directory} is rotated faster than its files can be opened`);
}

export function closeLogFiles(files: readonly LogFile[]): void {
  for (const { fd } of files) closeSync(fd);
}

/** The inode number of the file that the supervisor writes, or undefined where there is none: while it rotates, for example. */
export function logInode(directory: string, name = "log"): bigint | undefined {
  return statSync(`${directory}/${name}`, { bigint: true, throwIfNoEntry: false })?.ino;
}

const MOST_ATTEMPTS = 1000;

/** `log` is one, `log.1` another, up to the highest that there is. */
function nameCount(directory: string): number {
  const counts = unlessMissing(() => readdirSync(directory), []).map((name) => {
    if (name === "log") return 1;
    return /^log\.[1-9]\d{0,3}$/.test(name) ? Number(name.slice(4)) + 1 : 0;
  });
  return Math.max(0, ...counts);
}

function openLogFile(path: string): LogFile | undefined {
  return unlessMissing(() => {
    const fd = openSync(path, O.RDONLY | O.CLOEXEC | O.NOFOLLOW | O.NONBLOCK);
    const { ino, size } = fstatSync(fd, { bigint: true });
    return { fd, inode: ino, size: Number(size) };
  }, undefined);
}

function unlessMissing<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return otherwise;
    throw error;
  }
}
