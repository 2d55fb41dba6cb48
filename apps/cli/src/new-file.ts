import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { AT, AT_FDCWD, call, isErrno, O, run, step } from "@wb/syscall";
import { UserError } from "./user-error.ts";

/** A large file that is being written: nobody sees it before it is whole. Disposing of it without that lets it go. */
export interface NewFile extends Disposable {
  readonly write: (bytes: Uint8Array) => void;
  /** Gives it its name, in place of a file that has it. */
  readonly finish: () => void;
}

/**
 * Begins a file without a name, open(2) O_TMPFILE, which goes with this process whatever ends it; on file systems that have none, one with
 * another name.
 *
 * @param mode permission bits
 * @throws UserError for a path where no file can be
 */
export function newFile(output: string, mode: number): NewFile {
  const path = place(output);
  const temporary = `${path}.${process.pid}.new`;
  const { fd, isNamed } = begin(path, temporary, mode);
  let isOpen = true;
  let isThere = isNamed;
  return {
    write: (bytes) => {
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    },
    finish: () => {
      fsyncSync(fd);
      const from = `/proc/self/fd/${fd}`;
      if (!isNamed)
        run([step(`keep ${path}`, [call("linkat", AT_FDCWD, from, AT_FDCWD, temporary, AT.SYMLINK_FOLLOW)])]);
      isThere = true;
      renameSync(temporary, path);
      isThere = false;
    },
    [Symbol.dispose]: () => {
      if (isOpen) closeSync(fd);
      isOpen = false;
      if (isThere) rmSync(temporary, { force: true });
      isThere = false;
    },
  };
}

/** docker/cli, cli/command/utils.go, ValidateOutputPath. */
function place(output: string): string {
  const directory = dirname(output);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UserError(`invalid output path: directory ${JSON.stringify(directory)} does not exist`);
  const there = statSync(output, { throwIfNoEntry: false });
  if (there === undefined) return output;
  if (!there.isFile())
    throw new UserError(
      `invalid output path: ${JSON.stringify(output)} is ${there.isDirectory() ? "a directory" : "no regular file"}`,
      {
        hint: there.isDirectory() ? undefined : `wb save IMAGE > ${output}`,
      },
    );
  return realpathSync(output);
}

function begin(path: string, temporary: string, mode: number): { readonly fd: number; readonly isNamed: boolean } {
  try {
    return { fd: openSync(dirname(path), O.WRONLY | O.TMPFILE | O.CLOEXEC, mode), isNamed: false };
  } catch (error) {
    if (!isErrno(error, "EOPNOTSUPP", "EISDIR", "ENOENT")) throw error;
    return { fd: openSync(temporary, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC | O.NOFOLLOW, mode), isNamed: true };
  }
}
