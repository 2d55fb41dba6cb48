import {
  array,
  assert,
  type Arbitrary,
  constantFrom,
  integer,
  property,
  uint8Array,
  record as recordOf,
} from "fast-check";
import { expect, test } from "vitest";
import { encodeRecord } from "../../src/engine/logs/encode-record.ts";
import { HEADER_SIZE, MOST_DATA } from "../../src/engine/logs/header.ts";
import { type LogRecord, parseRecords } from "../../src/engine/logs/record.ts";
import { record } from "./support/log.ts";

const anyRecord: Arbitrary<LogRecord> = recordOf({
  sec: integer({ min: -(2 ** 40), max: 2 ** 40 }),
  nsec: integer({ min: 0, max: 999_999_999 }),
  stream: constantFrom(0, 1, 2),
  data: uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

test("encodeRecord() writes the header of 24 bytes that the supervisor writes", () => {
  const bytes = encodeRecord({ sec: 0x1_0000_0002, nsec: 999_999_999, stream: 2, data: Buffer.from("hi\n") });
  const fields = ["0200000001000000", "ffc99a3b00000000", "03000000", "02000000", "68690a"];
  expect(bytes.toString("hex")).toBe(fields.join(""));
});

test("encodeRecord() refuses what is no record", () => {
  expect(() => encodeRecord(record(1, 1, ""))).toThrow("a record of the log has 1 to 65536 bytes, not 0");
  expect(() => encodeRecord(record(1, 1, "x".repeat(MOST_DATA + 1)))).toThrow("not 65537");
});

test("parseRecords() reads what encodeRecord() writes, wherever the bytes are cut", () => {
  assert(
    property(array(anyRecord), integer({ min: 1, max: 400 }), (records, step) => {
      const bytes = Buffer.concat(records.map((one) => encodeRecord(one)));
      const found: LogRecord[] = [];
      // As a reader of a growing file does: again from the end of the last whole record.
      let offset = 0;
      for (let end = 0; end <= bytes.length + step; end += step) {
        const parsed = parseRecords(bytes.subarray(offset, end));
        found.push(...parsed.records);
        offset += parsed.length;
      }
      expect(found).toEqual(records);
      expect(offset).toBe(bytes.length);
    }),
  );
});

test("parseRecords() takes a record of the most bytes", () => {
  const full = record(1, 1, "x".repeat(MOST_DATA));
  expect(parseRecords(encodeRecord(full)).records).toEqual([full]);
});

test("parseRecords() ends before what is no whole record, and throws for no bytes", () => {
  assert(
    property(anyRecord, uint8Array({ maxLength: 200 }), (first, garbage) => {
      const { records, length } = parseRecords(Buffer.concat([encodeRecord(first), garbage]));
      expect(records[0]).toEqual(first);
      expect(length).toBeLessThanOrEqual(HEADER_SIZE + first.data.length + garbage.length);
    }),
  );
});

test.each<[what: string, change: (bytes: Buffer) => unknown]>([
  ["length 0", (bytes) => bytes.writeUInt32LE(0, 16)],
  ["more bytes than a record has", (bytes) => bytes.writeUInt32LE(MOST_DATA + 1, 16)],
  ["another stream", (bytes) => bytes.writeUInt32LE(3, 20)],
  ["a billion nanoseconds", (bytes) => bytes.writeUInt32LE(1e9, 8)],
  ["negative nanoseconds", (bytes) => bytes.writeBigInt64LE(-1n, 8)],
])("parseRecords() ends before a header with %s", (_, change) => {
  const [first, second] = [
    encodeRecord(record(1, 1, "one\n")),
    encodeRecord(record(2, 2, "x".repeat(70_000).slice(4465))),
  ];
  change(second);
  expect(parseRecords(Buffer.concat([first, second, Buffer.alloc(100_000)]))).toEqual({
    records: [record(1, 1, "one\n")],
    length: first.length,
  });
});
