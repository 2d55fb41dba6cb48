import { HEADER_SIZE, SEQUENCE_STREAM } from "./header.ts";
import { readRecords } from "./read-records.ts";

/** The bytes of the record that a file of a log begins with: its data is a u64. */
export const SEQUENCE_SIZE: number = HEADER_SIZE + 8;

/** How many files of its log there were before one; undefined where it does not say. */
export function sequenceOf(fd: number): number | undefined {
  const [first] = readRecords(fd, 0, SEQUENCE_SIZE).records;
  if (first === undefined || first.stream !== SEQUENCE_STREAM || first.data.length !== 8) return undefined;
  return Number(first.data.readBigUInt64LE());
}

/** That record, as the supervisor writes it. */
export function encodeSequence(sequence: number): Buffer {
  const now = Date.now();
  const bytes = Buffer.alloc(SEQUENCE_SIZE);
  bytes.writeBigInt64LE(BigInt(Math.floor(now / 1000)), 0);
  bytes.writeBigInt64LE(BigInt(now % 1000) * 1_000_000n, 8);
  bytes.writeUInt32LE(8, 16);
  bytes.writeUInt32LE(SEQUENCE_STREAM, 20);
  bytes.writeBigUInt64LE(BigInt(sequence), HEADER_SIZE);
  return bytes;
}
