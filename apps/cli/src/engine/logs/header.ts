import { HEADER_SIZE } from "../../runtime/supervisor/append-record.ts";

// The header is `struct { s64 sec; s64 nsec; u32 length; u32 stream; }`, little-endian.
export { HEADER_SIZE };

/** The most bytes of data that a record has: what a pipe holds. A supervisor reads less at once. */
export const MOST_DATA = 65_536;

/** What wrote the bytes: 1 is stdout, 2 is stderr. A terminal has only stdout. */
export type Stream = 1 | 2;

/** The stream of a record that is about the file itself, whose data is a u64: see sequence.ts. */
export const SEQUENCE_STREAM = 0;

/**
 * The bytes of data that the header at a place announces, or 0 where there is none: after the last record, where a record was
 * torn and a shorter one written over its beginning, or in what is no log.
 */
export function dataLength(bytes: Buffer, at: number): number {
  const length = bytes.readUInt32LE(at + 16);
  const isHeader =
    length <= MOST_DATA &&
    bytes.readUInt32LE(at + 20) <= 2 &&
    bytes.readUInt32LE(at + 8) < 1e9 &&
    isZero(bytes, at + 12);
  return isHeader ? length : 0;
}

/** The upper half of the nanoseconds. */
function isZero(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32LE(at) === 0;
}

/** Seconds since 1970, exact for 200 million years. */
export function secondsAt(header: Buffer, at: number): number {
  return header.readUInt32LE(at) + header.readInt32LE(at + 4) * 2 ** 32;
}

export function nanosecondsAt(header: Buffer, at: number): number {
  return header.readUInt32LE(at + 8);
}

export function streamAt(header: Buffer, at: number): number {
  return header.readUInt32LE(at + 20);
}
