import { dataLength, HEADER_SIZE } from "./header.ts";
import { readAt } from "./read-at.ts";

/** Looks at one header. The record begins at `offset` of the file. Returns whether to go on. */
export type HeaderVisitor = (bytes: Buffer, at: number, offset: number, length: number) => boolean;

/**
 * Looks through the headers of a file, and of long records at nothing else.
 *
 * @param size of the file, or where to stop
 * @returns the offset of the record at which the visitor stopped, or of the end of the last whole record
 */
export function scanHeaders(fd: number, size: number, visit: HeaderVisitor): number {
  const block = Buffer.allocUnsafe(BLOCK);
  let offset = 0;
  for (let wanted = BLOCK; ;) {
    const filled = readAt(fd, block.subarray(0, Math.min(wanted, size - offset)), offset);
    let at = 0;
    let length = 0;
    while (at + HEADER_SIZE <= filled) {
      length = dataLength(block, at);
      const isWhole = length > 0 && offset + at + HEADER_SIZE + length <= size;
      if (!isWhole || !visit(block, at, offset + at, length)) return offset + at;
      at += HEADER_SIZE + length;
    }
    if (at === 0) return offset;
    offset += at;
    wanted = length >= LONG ? HEADER_SIZE : BLOCK;
  }
}

const BLOCK = 262_144;

/** To read this much costs as much as one more call. */
const LONG = 16_384;
