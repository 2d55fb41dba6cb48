import { readSync } from "node:fs";

/** Fills a buffer from a place in a file, as far as the file goes. Returns the number of bytes. */
export function readAt(fd: number, buffer: Buffer, offset: number): number {
  let filled = 0;
  while (filled < buffer.length) {
    const read = readSync(fd, buffer, filled, buffer.length - filled, offset + filled);
    if (read === 0) break;
    filled += read;
  }
  return filled;
}
