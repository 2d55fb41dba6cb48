import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { UserError } from "../../user-error.ts";

/** The file of `--cidfile`. Disposing of it removes it, unless an id was written. */
export interface CidFile extends Disposable {
  write(id: string): void;
}

/**
 * Makes the file, before there is a container.
 *
 * @param path absolute; "" for none
 * @throws UserError in docker's words where it is there already, or cannot be made
 */
export function claimCidFile(path: string): CidFile {
  if (path === "") return { write: () => {}, [Symbol.dispose]: () => {} };
  const fd = make(path);
  let isWritten = false;
  return {
    write: (id) => {
      writeSync(fd, id);
      isWritten = true;
    },
    [Symbol.dispose]: () => {
      closeSync(fd);
      if (!isWritten) rmSync(path, { force: true });
    },
  };
}

function make(path: string): number {
  try {
    return openSync(path, "wx", 0o666);
  } catch (error) {
    if (isErrno(error, "EEXIST"))
      throw new UserError(`container ID file found, make sure the other container isn't running or delete ${path}`, {
        cause: error,
      });
    const reason = REASONS.find(([name]) => isErrno(error, name))?.[1];
    if (reason === undefined) throw error;
    throw new UserError(`failed to create the container ID file: open ${path}: ${reason}`, { cause: error });
  }
}

const REASONS = [
  ["ENOENT", "no such file or directory"],
  ["ENOTDIR", "not a directory"],
  ["EACCES", "permission denied"],
  ["EROFS", "read-only file system"],
  ["ENOSPC", "no space left on device"],
] as const;
