import { readdirSync } from "node:fs";
import { AT, call, type Call, closeFd, ignoring, into, isErrno, O, run, step } from "@wb/syscall";
import { byteString, type ByteString, pathArgument, textOf } from "../tar/byte-string.ts";

/**
 * Removes a name and all that is below it. Every name is removed in the directory that was opened for it, and no symbolic
 * link is followed. Equivalent to `rm -rf DIRECTORY/NAME`.
 *
 * Trees may be deeper than paths are long or than a process may have files open: what is in a directory is moved up into the
 * first one before it is looked at.
 *
 * @param directory a file descriptor
 * @throws SyscallError for what cannot be removed
 */
export function removeTree(directory: number, name: ByteString): void {
  if (unlinked(directory, name)) return;
  withOpened(directory, name, (top) => {
    const names = new Set(emptied(top, name));
    let last = 0;
    const unused = (): ByteString => {
      while (names.has(`${last}`)) last++;
      names.add(`${last}`);
      return `${last}`;
    };
    // Names that are added on the way have their turn, too.
    for (const next of names) {
      withOpened(top, next, (fd) => {
        const moves = emptied(fd, next).map((below) =>
          call("renameat2", fd, pathArgument(below), top, pathArgument(unused()), 0),
        );
        runInParts(`empty ${textOf(next)}`, moves);
      });
      removeDirectory(top, next);
    }
  });
  removeDirectory(directory, name);
}

/** Whether there is nothing of this name any more; false for a directory. */
function unlinked(directory: number, name: ByteString): boolean {
  try {
    run([step(`remove ${textOf(name)}`, [call("unlinkat", directory, pathArgument(name), 0)])]);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOENT")) return true;
    if (isErrno(error, "EISDIR")) return false;
    throw error;
  }
}

/** Nothing is done where somebody else has removed it meanwhile. */
function withOpened(parent: number, name: ByteString, use: (fd: number) => void): void {
  const flags = O.RDONLY | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC;
  const open = ignoring(call("openat", parent, pathArgument(name), flags, 0), "ENOENT");
  const fd = run([step(`open ${textOf(name)}`, [into("directory", open)])]).number("directory");
  if (fd < 0) return;
  try {
    use(fd);
  } finally {
    closeFd(fd);
  }
}

/** Removes all names in a directory but those of directories, which it returns. */
function emptied(fd: number, name: ByteString): ByteString[] {
  const entries = readdirSync(`/proc/self/fd/${fd}`, { withFileTypes: true, encoding: "buffer" });
  const names = (directories: boolean): ByteString[] =>
    entries.filter((entry) => entry.isDirectory() === directories).map((entry) => byteString(entry.name));
  runInParts(
    `remove what is in ${textOf(name)}`,
    names(false).map((child) => call("unlinkat", fd, pathArgument(child), 0)),
  );
  return names(true);
}

/** What somebody else has removed meanwhile is passed over. */
function runInParts(label: string, calls: readonly Call[]): void {
  for (let first = 0; first < calls.length; first += AT_ONCE)
    run([
      step(
        label,
        calls.slice(first, first + AT_ONCE).map((made) => ignoring(made, "ENOENT")),
      ),
    ]);
}

const AT_ONCE = 1024;

function removeDirectory(parent: number, name: ByteString): void {
  runInParts(`remove ${textOf(name)}`, [call("unlinkat", parent, pathArgument(name), AT.REMOVEDIR)]);
}
