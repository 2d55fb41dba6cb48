import { readdirSync } from "node:fs";
import { AT, call, closeFd, ignoring, into, isErrno, O, run, step } from "@wb/syscall";
import { byteString, type ByteString, pathArgument, textOf } from "../tar/byte-string.ts";

/**
 * Removes a name and all that is below it. Every name is removed in the directory that was opened for it, and no symbolic
 * link is followed. Equivalent to `rm -rf DIRECTORY/NAME`.
 *
 * @param directory a file descriptor
 * @throws SyscallError for what cannot be removed
 */
export function removeTree(directory: number, name: ByteString): void {
  if (unlinked(directory, name)) return;
  const opened: { fd: number; name: ByteString; subdirectories: ByteString[] }[] = [];
  try {
    opened.push(emptied(directory, name));
    for (let current = opened.at(-1); current !== undefined; current = opened.at(-1)) {
      const next = current.subdirectories.pop();
      if (next !== undefined) {
        opened.push(emptied(current.fd, next));
        continue;
      }
      opened.pop();
      closeFd(current.fd);
      removeDirectory(opened.at(-1)?.fd ?? directory, current.name);
    }
  } finally {
    for (const { fd } of opened) closeFd(fd);
  }
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

/** Opens a directory and removes all names in it but those of directories. */
function emptied(parent: number, name: ByteString): { fd: number; name: ByteString; subdirectories: ByteString[] } {
  const flags = O.RDONLY | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC;
  const fd = run([
    step(`open ${textOf(name)}`, [into("directory", call("openat", parent, pathArgument(name), flags, 0))]),
  ]).number("directory");
  try {
    const entries = readdirSync(`/proc/self/fd/${fd}`, { withFileTypes: true, encoding: "buffer" });
    const names = (directories: boolean): ByteString[] =>
      entries.filter((entry) => entry.isDirectory() === directories).map((entry) => byteString(entry.name));
    const files = names(false);
    for (let first = 0; first < files.length; first += AT_ONCE) {
      const calls = files.slice(first, first + AT_ONCE).map((child) => call("unlinkat", fd, pathArgument(child), 0));
      run([
        step(
          `remove what is in ${textOf(name)}`,
          calls.map((made) => ignoring(made, "ENOENT")),
        ),
      ]);
    }
    return { fd, name, subdirectories: names(true) };
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

const AT_ONCE = 1024;

function removeDirectory(parent: number, name: ByteString): void {
  run([
    step(`remove ${textOf(name)}`, [ignoring(call("unlinkat", parent, pathArgument(name), AT.REMOVEDIR), "ENOENT")]),
  ]);
}
