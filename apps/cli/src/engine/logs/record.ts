import { dataLength, HEADER_SIZE, nanosecondsAt, secondsAt, streamAt } from "./header.ts";
import type { LogTime } from "./log-time.ts";

/** What one read(2) of the supervisor gave: any bytes, from the middle of a line to that of another. */
export interface LogRecord extends LogTime {
  /** A {@link Stream}, or 0 for what is about the file. */
  readonly stream: number;
  /** A view of the bytes that were parsed. */
  readonly data: Buffer;
}

export interface ParsedRecords {
  readonly records: LogRecord[];
  /** The bytes that the records take: parsing goes on there, with those bytes read anew. */
  readonly length: number;
}

/**
 * The whole records at the beginning of some bytes of a log, which may end anywhere. What is left is not to be kept but read
 * again from the file: the supervisor writes over a record of which only a part was written (a full disk, a kill).
 */
export function parseRecords(bytes: Buffer): ParsedRecords {
  const records: LogRecord[] = [];
  let at = 0;
  while (at + HEADER_SIZE <= bytes.length) {
    const length = dataLength(bytes, at);
    const end = at + HEADER_SIZE + length;
    if (length === 0 || end > bytes.length) break;
    records.push({
      sec: secondsAt(bytes, at),
      nsec: nanosecondsAt(bytes, at),
      stream: streamAt(bytes, at),
      data: bytes.subarray(at + HEADER_SIZE, end),
    });
    at = end;
  }
  return { records, length: at };
}
