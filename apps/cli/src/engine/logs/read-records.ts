import { fstatSync } from "node:fs";
import { HEADER_SIZE, MOST_DATA } from "./header.ts";
import { readAt } from "./read-at.ts";
import { type ParsedRecords, parseRecords } from "./record.ts";

/**
 * The next records of a file, about 256 KiB of them; none at the end of what is whole.
 *
 * The size is taken before the bytes are read: a record that ends within it was written as a whole before, header first, so that
 * no header is seen that is being written over.
 *
 * @param limit where to stop, for the log as it was when it was opened
 */
export function readRecords(fd: number, offset: number, limit: number = Number.POSITIVE_INFINITY): ParsedRecords {
  const size = Math.min(fstatSync(fd).size, limit);
  const length = Math.min(size - offset, BLOCK);
  if (length <= HEADER_SIZE) return { records: [], length: 0 };
  const block = Buffer.allocUnsafeSlow(length);
  return parseRecords(block.subarray(0, readAt(fd, block, offset)));
}

/** The longest record fits in. */
const BLOCK = 4 * (HEADER_SIZE + MOST_DATA);
