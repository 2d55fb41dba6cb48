import type { LogRecord } from "../../../src/engine/logs/record.ts";

/**
 * The records that the file of a number has, always the same ones: of both streams and many lengths, with lines that go on in
 * the next record and the next file. The seconds are the file's number.
 */
export function fileContent(sequence: number, records: number): LogRecord[] {
  let seed = sequence * 7919 + 1;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  return Array.from({ length: records }, (_, index) => {
    const text = `${sequence}.${index} ${"x".repeat(random(random(10) === 0 ? 60_000 : 200))}${random(3) === 0 ? "" : "\n"}`;
    return { sec: sequence, nsec: index, stream: 1 + random(2), data: Buffer.from(text) };
  });
}

/** Says which file it is; see newer-files.ts. */
export function sequenceRecord(sequence: number): LogRecord {
  const data = Buffer.alloc(8);
  data.writeBigUInt64LE(BigInt(sequence));
  return { sec: sequence, nsec: 0, stream: 0, data };
}
