import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { array, assert, asyncProperty, constantFrom, integer, option, tuple } from "fast-check";
import { expect, test } from "vitest";
import { encodeRecord } from "../../src/engine/logs/encode-record.ts";
import { lineJoiner, type LogLines } from "../../src/engine/logs/lines.ts";
import type { LogSelection } from "../../src/engine/logs/log-start.ts";
import { readLog } from "../../src/engine/logs/reader.ts";
import type { LogRecord } from "../../src/engine/logs/record.ts";
import { allLines, record, shown, writeLog } from "./support/log.ts";

const files = [
  [record(1, 1, "one\ntwo\n"), record(2, 2, "error\n"), record(3, 1, "thr")],
  [record(4, 1, "ee\nfour\n"), record(5, 2, "half "), record(6, 1, "five\n")],
  [record(7, 2, "and half\n"), record(8, 1, "six\n"), record(9, 1, "$ ")],
];

test.each<[what: string, selection: LogSelection, expected: readonly string[]]>([
  [
    "all of it",
    {},
    [
      "1@1 one\ntwo\n",
      "2@2 error\n",
      "1@3 three\n",
      "1@4 four\n",
      "1@6 five\n",
      "2@5 half and half\n",
      "1@8 six\n",
      "1@9 $ ",
    ],
  ],
  ["nothing", { tail: 0 }, []],
  ["the last line, which has no end", { tail: 1 }, ["1@9 $ "]],
  ["the last lines", { tail: 2 }, ["1@8 six\n", "1@9 $ "]],
  [
    "a line of the last ones that begins in the file before",
    { tail: 3 },
    ["2@5 half and half\n", "1@8 six\n", "1@9 $ "],
  ],
  [
    "lines of one record apart",
    { tail: 8 },
    [
      "1@1 two\n",
      "2@2 error\n",
      "1@3 three\n",
      "1@4 four\n",
      "1@6 five\n",
      "2@5 half and half\n",
      "1@8 six\n",
      "1@9 $ ",
    ],
  ],
  ["no rest of a line that began earlier, in another file", { since: { sec: 7, nsec: 0 } }, ["1@8 six\n", "1@9 $ "]],
  ["what is later", { since: { sec: 6, nsec: 0 } }, ["1@6 five\n", "1@8 six\n", "1@9 $ "]],
  ["what is later than a second's beginning", { since: { sec: 7, nsec: 1 } }, ["1@8 six\n", "1@9 $ "]],
  ["all, as nothing is earlier", { since: { sec: 0, nsec: 0 }, until: { sec: 1, nsec: 0 } }, ["1@1 one\ntwo\n"]],
  ["what is not later, also of a line", { until: { sec: 3, nsec: 0 } }, ["1@1 one\ntwo\n", "2@2 error\n", "1@3 thr"]],
  ["of the last lines those that are later", { tail: 4, since: { sec: 8, nsec: 0 } }, ["1@8 six\n", "1@9 $ "]],
  ["of the last lines those that are not later", { tail: 3, until: { sec: 6, nsec: 0 } }, ["2@5 half "]],
  ["nothing that is in the future", { since: { sec: 10, nsec: 0 } }, []],
])("readLog() gives %s", async (_, selection, expected) => {
  using directory = temporaryDirectory();
  writeLog(directory.path, ...files);
  expect(shown(await allLines(readLog(directory.path, selection)))).toEqual(expected);
});

test("readLog() gives nothing of a log that is empty, or not there", async () => {
  using directory = temporaryDirectory();
  for (const selection of [{}, { tail: 5 }, { since: { sec: 1, nsec: 0 } }]) {
    expect(await allLines(readLog(directory.path, selection))).toEqual([]);
    expect(await allLines(readLog(join(directory.path, "missing"), selection))).toEqual([]);
  }
  writeLog(directory.path, []);
  for (const selection of [{}, { tail: 5 }, { since: { sec: 1, nsec: 0 } }])
    expect(await allLines(readLog(directory.path, selection))).toEqual([]);
});

test("readLog() ends a file before a record that is not whole, and goes on with the next", async () => {
  using directory = temporaryDirectory();
  writeLog(directory.path, [record(1, 1, "one\n")], [record(3, 1, "two\n")]);
  appendFileSync(join(directory.path, "log.1"), encodeRecord(record(2, 1, "torn\n")).subarray(0, 26));
  expect(shown(await allLines(readLog(directory.path)))).toEqual(["1@1 one\n", "1@3 two\n"]);
  expect(shown(await allLines(readLog(directory.path, { tail: 2 })))).toEqual(["1@1 one\n", "1@3 two\n"]);
});

test("readLog() passes over numbers that are missing, and over what is no file of the log", async () => {
  using directory = temporaryDirectory();
  writeLog(directory.path, [record(1, 1, "one\n")], [], [], [record(2, 1, "two\n")]);
  for (const name of ["log.old", "log.01", "logs", "log.2.new"]) mkdirSync(join(directory.path, name));
  expect(shown(await allLines(readLog(directory.path)))).toEqual(["1@1 one\n", "1@2 two\n"]);
});

test("readLog() reads records of any length across its blocks", async () => {
  using directory = temporaryDirectory();
  const lengths = [65_536, 1, 65_535, 30_000, 20_000, 64, 65_536];
  const records = Array.from({ length: 400 }, (_, index) =>
    record(
      index,
      1,
      `${String(index).padStart(7, "0")}${"x".repeat(65_536)}`
        .slice(0, Math.max(8, lengths[index % 7]! - 1))
        .concat("\n")
        .slice(-65_536),
    ),
  );
  writeLog(directory.path, records.slice(0, 200), records.slice(200));
  const text = records.map((one) => one.data.toString()).join("");
  const textOf = async (selection: LogSelection): Promise<string> =>
    (await allLines(readLog(directory.path, selection))).map(({ bytes }) => bytes.toString()).join("");
  expect((await textOf({})) === text).toBe(true);
  for (const tail of [1, 7, 199, 201, 399, 400, 401])
    expect((await textOf({ tail })) === `${text.split("\n").slice(0, -1).slice(-tail).join("\n")}\n`).toBe(true);
  for (const sec of [0, 1, 199, 200, 201, 399])
    expect((await textOf({ since: { sec, nsec: 0 } })) === `${text.split("\n").slice(sec, -1).join("\n")}\n`).toBe(
      true,
    );
});

const anyRecords = array(
  tuple(
    constantFrom(1, 2),
    array(constantFrom("a", "\n"), { minLength: 1, maxLength: 6 }).map((all) => all.join("")),
  ),
  { maxLength: 40 },
);

test("readLog() selects of any log what reading all of it and leaving out the rest would", async () => {
  using directory = temporaryDirectory();
  await assert(
    asyncProperty(
      anyRecords,
      integer({ min: 0, max: 40 }),
      option(integer({ min: 0, max: 50 }), { nil: undefined }),
      option(integer({ min: 0, max: 41 }), { nil: undefined }),
      async (all, cut, tail, second) => {
        const records = all.map(([stream, text], index) => record(index, stream, text));
        writeLog(directory.path, records.slice(0, cut), records.slice(cut));
        const since = second === undefined ? undefined : { sec: second, nsec: 0 };
        const found = await allLines(readLog(directory.path, { tail, since }));
        const left = tail === undefined ? linesOf(records) : lastLines(records, tail);
        expect(singly(found)).toEqual(
          left
            .filter((line) => second === undefined || line.sec >= second)
            .map(key)
            .toSorted(),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

interface Line {
  readonly stream: number;
  readonly sec: number;
  readonly text: string;
  readonly end: number;
}

/** A model: byte by byte. */
function linesOf(records: readonly LogRecord[]): Line[] {
  const open: Record<number, Line | undefined> = {};
  const lines: Line[] = [];
  let position = 0;
  for (const { stream, sec, data } of records) {
    for (const character of data.toString()) {
      position += 1;
      const line = open[stream] ?? { stream, sec, text: "", end: 0 };
      open[stream] = { ...line, text: line.text + character, end: position };
      if (character !== "\n") continue;
      lines.push(open[stream]);
      open[stream] = undefined;
    }
  }
  return [...lines, ...Object.values(open).filter((line) => line !== undefined)];
}

function lastLines(records: readonly LogRecord[], tail: number): Line[] {
  const sorted = linesOf(records).toSorted((one, other) => one.end - other.end);
  return tail === 0 ? [] : sorted.slice(-tail);
}

function key({ stream, sec, text }: Line): string {
  return `${stream}@${sec} ${text}`;
}

function singly(lines: readonly LogLines[]): string[] {
  return lines
    .flatMap(({ stream, sec, bytes }) =>
      (bytes.toString().match(/[^\n]*\n|[^\n]+$/g) ?? []).map((text) => `${stream}@${sec} ${text}`),
    )
    .toSorted();
}

test("lineJoiner() and the model agree", () => {
  const records = [record(1, 1, "a\nb"), record(2, 2, "c"), record(3, 1, "\n")];
  const joiner = lineJoiner();
  const lines: LogLines[] = [];
  for (const one of records) joiner.push(one, lines);
  joiner.flush(lines);
  expect(singly(lines)).toEqual(linesOf(records).map(key).toSorted());
});
