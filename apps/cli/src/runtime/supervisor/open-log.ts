import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isErrno, O } from "@wb/syscall";
import { logEnd } from "../../engine/logs/log-end.ts";
import { encodeSequence, sequenceOf } from "../../engine/logs/sequence.ts";

/** The file of a log that is written. */
export interface OpenedLog {
  readonly file: number;
  /** The end of its last whole record. */
  readonly end: number;
  /** How many files of the log there were before it. */
  readonly sequence: number;
}

/** Opens it, and makes it where there is none: it begins with its number, by which readers know what was rotated away before. */
export function openLog(directory: string): OpenedLog {
  const file = openSync(join(directory, "log"), O.RDWR | O.CREAT | O.CLOEXEC | O.NOFOLLOW, 0o600);
  try {
    const end = logEnd(file);
    // A part of a record, which a supervisor left that was killed.
    ftruncateSync(file, end);
    if (end > 0) return { file, end, sequence: sequenceOf(file) ?? 0 };
    const before = sequenceOfRotated(directory);
    const sequence = before === undefined ? 0 : before + 1;
    const number = encodeSequence(sequence);
    const isWhole = writeSync(file, number, 0, number.length, 0) === number.length;
    // A disk that is full now may have room later.
    if (!isWhole) ftruncateSync(file, 0);
    return { file, end: isWhole ? number.length : 0, sequence };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Of the file before, where a supervisor was killed between two renames. */
function sequenceOfRotated(directory: string): number | undefined {
  try {
    const fd = openSync(join(directory, "log.1"), O.RDONLY | O.CLOEXEC | O.NOFOLLOW | O.NONBLOCK);
    try {
      return sequenceOf(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
