import { readdirSync } from "node:fs";
import { isErrno } from "@wb/syscall";

/** The file that events are appended to, in the run directory. */
export const EVENTS_FILE = "events";

/** How many full ones are kept beside it: `events.N`, of which N is one more for each. */
export const FULL_FILES_KEPT = 3;

/** Bytes, of about 300 for each event: from there on a file is full. */
export const FULL_SIZE = 524_288;

/** The numbers of the full files that are there, from the oldest on. */
export function fullFileNumbers(directory: string): number[] {
  return namesIn(directory)
    .flatMap((name) => {
      const [, number] = /^events\.([1-9]\d{0,14})$/.exec(name) ?? [];
      return number === undefined ? [] : [Number(number)];
    })
    .toSorted((one, other) => one - other);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
