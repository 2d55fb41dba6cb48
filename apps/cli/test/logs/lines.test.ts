import { array, assert, constantFrom, property, tuple, integer } from "fast-check";
import { expect, test } from "vitest";
import { lineJoiner, type LogLines } from "../../src/engine/logs/lines.ts";
import type { LogRecord } from "../../src/engine/logs/record.ts";
import { record, shown } from "./support/log.ts";

function join(records: readonly LogRecord[], drop?: { 1: number; 2: number }): LogLines[] {
  const [joiner, lines] = [lineJoiner(drop), [] as LogLines[]];
  for (const one of records) joiner.push(one, lines);
  joiner.flush(lines);
  return lines;
}

test.each<[what: string, records: readonly LogRecord[], expected: readonly string[]]>([
  ["whole lines as one", [record(1, 1, "a\nb\n")], ["1@1 a\nb\n"]],
  [
    "a line of two records with the time of its first byte",
    [record(1, 1, "a"), record(2, 1, "b\nc\n")],
    ["1@1 ab\n", "1@2 c\n"],
  ],
  [
    "lines of both streams in the order of their ends",
    [record(1, 1, "out"), record(2, 2, "err\n"), record(3, 1, "put\n")],
    ["2@2 err\n", "1@1 output\n"],
  ],
  ["an end without newline as it is", [record(1, 1, "a\n$ ")], ["1@1 a\n", "1@1 $ "]],
  ["an empty line", [record(1, 1, "\n"), record(2, 1, "\n")], ["1@1 \n", "1@2 \n"]],
  ["a newline alone as the end of the line before", [record(1, 1, "a"), record(2, 1, "\n")], ["1@1 a\n"]],
  ["no record about the file", [record(1, 0, "12345678"), record(2, 1, "a\n")], ["1@2 a\n"]],
])("lineJoiner() gives %s", (_, records, expected) => {
  expect(shown(join(records))).toEqual(expected);
});

test("lineJoiner() marks what continues a line that was given away as it was", () => {
  const joiner = lineJoiner();
  const give = (one: LogRecord): string[] => {
    const lines: LogLines[] = [];
    joiner.push(one, lines);
    joiner.flush(lines);
    return shown(lines);
  };
  expect(give(record(1, 1, "$ "))).toEqual(["1@1 $ "]);
  expect(give(record(2, 2, "e"))).toEqual(["2@2 e"]);
  expect(give(record(3, 1, "l"))).toEqual(["1@1+l"]);
  expect(give(record(4, 1, "s\nfile\n$ "))).toEqual(["1@1+s\n", "1@4 file\n", "1@4 $ "]);
  expect(give(record(5, 1, "\n"))).toEqual(["1@4+\n"]);
  joiner.push(record(6, 1, "half"), []);
  joiner.reset();
  expect(give(record(7, 1, "new\n"))).toEqual(["1@7 new\n"]);
});

test("lineJoiner() gives a line without an end in parts", () => {
  const records = Array.from({ length: 40 }, (_, index) => record(index, 1, "x".repeat(65_536)));
  const lines = join([...records, record(40, 1, "\n")]);
  expect(lines.map(({ bytes, isLineStart, sec }) => [bytes.length, isLineStart, sec])).toEqual([
    [17 * 65_536, true, 0],
    [17 * 65_536, false, 0],
    [6 * 65_536 + 1, false, 0],
  ]);
});

test("lineJoiner() drops line ends with what stands before them, of each stream", () => {
  const records = [record(1, 1, "rest\na\nb"), record(2, 2, "x"), record(3, 1, "c\nd\n"), record(4, 2, "y\nz\n")];
  expect(shown(join(records, { 1: 2, 2: 1 }))).toEqual(["1@1 bc\n", "1@3 d\n", "2@4 z\n"]);
});

const texts = array(
  tuple(
    constantFrom(1, 2),
    array(constantFrom("a", "b", "\n")).map((all) => `x${all.join("")}`),
  ),
);

test("lineJoiner() loses no byte of a stream and reorders none, and only whole lines come before the end", () => {
  assert(
    property(texts, (all) => {
      const records = all.map(([stream, text], index) => record(index, stream, text));
      const lines = join(records);
      for (const stream of [1, 2]) {
        const bytes = lines.filter((one) => one.stream === stream);
        expect(bytes.map((one) => one.bytes.toString()).join("")).toBe(
          records
            .filter((one) => one.stream === stream)
            .map((one) => one.data.toString())
            .join(""),
        );
        expect(bytes.slice(0, -1).every((one) => one.isLineStart && one.bytes.at(-1) === 10)).toBe(true);
      }
    }),
  );
});

test("lineJoiner() drops as many lines as it is told", () => {
  assert(
    property(texts, integer({ min: 0, max: 5 }), (all, drop) => {
      const records = all.map(([, text], index) => record(index, 1, text));
      const text = records.map((one) => one.data.toString()).join("");
      const kept = join(records, { 1: drop, 2: 0 }).map((one) => one.bytes.toString());
      const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
      expect(kept.join("")).toBe(drop === 0 ? text : text.slice(ends[drop - 1] ?? text.length));
    }),
  );
});
