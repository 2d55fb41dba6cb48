import { closeSync, constants, openSync, writeSync } from "node:fs";
import { CgroupError } from "./error.ts";
import { codeOf, isAbsent } from "./read.ts";
import type { Path } from "./visit.ts";

/** Writes into a file of a group, if it is there: whether it was. @throws CgroupError naming file and value */
export function writeIfPresent(file: Path, text: string): boolean {
  try {
    const fd = openSync(file, constants.O_WRONLY);
    try {
      writeSync(fd, text);
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    const message = `cannot write ${JSON.stringify(text)} to ${file.toString()}: ${String(codeOf(error))}`;
    throw new CgroupError("WB_CGROUP_WRITE", message, { path: file.toString(), value: text, cause: error });
  }
}
