import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { call, into, isErrno, O, openHow, pointer, RESOLVE, run, step } from "@wb/syscall";
import { UserError } from "../user-error.ts";

/** The lines of a file of colon-separated fields; none if it is not there. */
export function readTable(root: string | undefined, path: string): string[][] {
  const text = (root === undefined ? undefined : readInRoot(root, path)) ?? "";
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

/** More users than anybody has; a sparse file of gigabytes is no table of them. */
const MOST_BYTES = 16 * 2 ** 20;

/** A regular file of a root, opened without leaving it by a symbolic link; O_NONBLOCK, since it may be a FIFO. */
function readInRoot(root: string, path: string): string | undefined {
  const how = { flags: O.RDONLY | O.CLOEXEC | O.NONBLOCK | O.NOCTTY, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS };
  const directory = openSync(root, O.PATH | O.DIRECTORY | O.CLOEXEC);
  const opened: number[] = [directory];
  try {
    const made = run([
      step(`read ${path} of the container`, [
        into("file", call("openat2", directory, path, pointer(openHow, how), openHow.size)),
      ]),
    ]);
    const file = made.number("file");
    opened.push(file);
    const status = fstatSync(file);
    if (status.size > MOST_BYTES)
      throw new UserError(`the container's ${path} has ${status.size} bytes: at most ${MOST_BYTES} are read`);
    return status.isFile() ? readFileSync(file, "utf8") : undefined;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "ELOOP")) return undefined;
    throw error;
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}
