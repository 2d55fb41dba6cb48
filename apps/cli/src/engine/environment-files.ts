import { readFileSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { UserError } from "../user-error.ts";
import { parseKeyValues } from "./options/key-value-file.ts";

/**
 * The `NAME=value` of the files of `--env-file` or `--label-file`, in their order.
 *
 * @param lookup the value of a name that stands alone
 * @throws UserError for a file that cannot be read, or is none of them
 */
export function readKeyValues(
  flag: string,
  paths: readonly string[] = [],
  lookup?: (name: string) => string | undefined,
): string[] {
  return paths.flatMap((path) =>
    parseKeyValues(read(path), { path, flag, ...(lookup === undefined ? {} : { lookup }) }),
  );
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = REASONS.find(([name]) => isErrno(error, name))?.[1];
    if (reason === undefined) throw error;
    throw new UserError(`open ${path}: ${reason}`, { cause: error });
  }
}

const REASONS = [
  ["ENOENT", "no such file or directory"],
  ["ENOTDIR", "not a directory"],
  ["EACCES", "permission denied"],
  ["EISDIR", "is a directory"],
] as const;
