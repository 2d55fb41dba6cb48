import { closeSync, fstatSync, fsyncSync, openSync, writeSync } from "node:fs";
import { O } from "@wb/syscall";

/**
 * Writes a file of text anew in the room that it has, for when there is no other left on its disk. Who reads it meanwhile may see a part of
 * it, for all of it is one write(2). What is left of the old text becomes blanks.
 *
 * @returns whether there was room enough; the file is as before otherwise
 */
export function writeInPlace(path: string, text: string): boolean {
  const fd = openSync(path, O.WRONLY | O.CLOEXEC | O.NOFOLLOW);
  try {
    const { size, blocks } = fstatSync(fd);
    const bytes = Buffer.from(text);
    if (bytes.length > blocks * BLOCK) return false;
    const blanks = Buffer.alloc(Math.max(0, size - bytes.length), " ");
    const written = writeSync(fd, Buffer.concat([bytes, blanks]), 0, bytes.length + blanks.length, 0);
    fsyncSync(fd);
    return written === bytes.length + blanks.length;
  } finally {
    closeSync(fd);
  }
}

/** st_blocks of stat(2) counts these, whatever the file system has. */
const BLOCK = 512;
