import { writeSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { coloured } from "./colour.ts";
import { oneLine } from "./report-error.ts";

/** Says on stderr what does not stand in the way. */
export function warn(message: string): void {
  try {
    writeSync(2, `${coloured("wb:", "warning")} ${oneLine(message)}\n`);
  } catch (error) {
    // Nobody is there to be told.
    if (!isErrno(error, "EIO", "EPIPE", "EAGAIN", "EBADF")) throw error;
  }
}
