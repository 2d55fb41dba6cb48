import { readSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { writeAll } from "../write-all.ts";

/** Asks as docker does before something is lost. Anything but `y` is no, and so is an input that has ended. */
export function confirm(warning: string): boolean {
  writeAll(`${warning}Are you sure you want to continue? [y/N] `);
  return readLine().trim().toLowerCase() === "y";
}

/** Byte by byte: what comes behind the line is another's. */
function readLine(): string {
  const byte = Buffer.alloc(1);
  const line: number[] = [];
  while (line.length < MOST_BYTES && isRead(byte) && byte[0] !== NEWLINE) line.push(byte[0] ?? 0);
  return Buffer.from(line).toString();
}

function isRead(byte: Buffer): boolean {
  try {
    return readSync(0, byte) === 1;
  } catch (error) {
    // A terminal that is gone, no stdin at all, or one that others have set to O_NONBLOCK: nobody says yes.
    if (isErrno(error, "EIO", "EBADF", "EAGAIN")) return false;
    throw error;
  }
}

const NEWLINE = 10;
const MOST_BYTES = 4096;
