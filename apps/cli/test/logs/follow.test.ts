import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeOptions, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { encodeRecord } from "../../src/engine/logs/encode-record.ts";
import { followLog } from "../../src/engine/logs/follow.ts";
import type { LogLines } from "../../src/engine/logs/lines.ts";
import type { GapEvent, LogEvent } from "../../src/engine/logs/log-event.ts";
import type { LogRecord } from "../../src/engine/logs/record.ts";
import { fileContent, sequenceRecord } from "./support/file-content.ts";
import { allLines, record, rotate, shown, writeLog } from "./support/log.ts";

const hasEnded = AbortSignal.abort();

function append(directory: string, ...records: readonly LogRecord[]): void {
  appendFileSync(join(directory, "log"), Buffer.concat(records.map((one) => encodeRecord(one))));
}

async function next(events: AsyncGenerator<LogEvent>): Promise<GapEvent | readonly string[] | undefined> {
  const { value, done } = await events.next();
  if (done === true) return undefined;
  return value.type === "gap" ? value : shown(value.lines);
}

test("followLog() gives what is there, what comes, and ends when all is read", async () => {
  using directory = temporaryDirectory();
  const container = new AbortController();
  writeLog(directory.path, [record(1, 1, "one\n")]);
  const events = followLog(directory.path, { ended: container.signal });
  expect(await next(events)).toEqual(["1@1 one\n"]);
  const second = next(events);
  append(directory.path, record(2, 2, "two\n"));
  expect(await second).toEqual(["2@2 two\n"]);
  append(directory.path, record(3, 1, "three\n"));
  container.abort();
  expect(await next(events)).toEqual(["1@3 three\n"]);
  expect(await next(events)).toBeUndefined();
});

test("followLog() shows a prompt at once, and what follows as its continuation", async () => {
  using directory = temporaryDirectory();
  const container = new AbortController();
  writeLog(directory.path, [record(1, 1, "$ ")]);
  const events = followLog(directory.path, { ended: container.signal });
  expect(await next(events)).toEqual(["1@1 $ "]);
  append(directory.path, record(2, 1, "ls\nfile\n$ "));
  expect(await next(events)).toEqual(["1@1+ls\n", "1@2 file\n"]);
  expect(await next(events)).toEqual(["1@2 $ "]);
  container.abort();
  expect(await next(events)).toBeUndefined();
});

test("followLog() waits for a log that is not there yet, and for its directory", async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, "container");
  const events = followLog(path, { ended: new AbortController().signal, tail: 3 });
  const first = next(events);
  mkdirSync(path);
  writeLog(path, [record(1, 1, "one\n")]);
  expect(await first).toEqual(["1@1 one\n"]);
  await events.return(undefined);
});

test("followLog() ends at once where the container has ended and there is no log", async () => {
  using directory = temporaryDirectory();
  expect(await next(followLog(directory.path, { ended: hasEnded }))).toBeUndefined();
  expect(await next(followLog(join(directory.path, "missing"), { ended: hasEnded }))).toBeUndefined();
});

test("followLog() begins where it is told", async () => {
  using directory = temporaryDirectory();
  writeLog(directory.path, [record(1, 1, "one\ntwo\n")], [record(2, 1, "three\nfour")]);
  const start = (selection: object): AsyncGenerator<LogEvent> =>
    followLog(directory.path, { ended: hasEnded, ...selection });
  expect(shown(await allLines(start({ tail: 2 })))).toEqual(["1@2 three\n", "1@2 four"]);
  expect(shown(await allLines(start({ since: { sec: 2, nsec: 0 } })))).toEqual(["1@2 three\n", "1@2 four"]);
  expect(await allLines(start({ tail: 0 }))).toEqual([]);

  const container = new AbortController();
  const events = followLog(directory.path, { ended: container.signal, tail: 0 });
  const first = next(events);
  append(directory.path, record(3, 1, "\nfive\n"));
  // The end of a line that was not shown, and a line.
  expect(await first).toEqual(["1@3 \nfive\n"]);
  await events.return(undefined);
});

test("followLog() ends by itself at the time that it is to show", async () => {
  using directory = temporaryDirectory();
  const until = { sec: Math.floor(Date.now() / 1000) + 1, nsec: 0 };
  writeLog(directory.path, [record(1, 1, "one\n"), record(until.sec + 100, 1, "later\n")]);
  const { signal } = new AbortController();
  expect(shown(await allLines(followLog(directory.path, { ended: signal, until })))).toEqual(["1@1 one\n"]);
  writeLog(directory.path, [record(1, 1, "one\n")]);
  expect(shown(await allLines(followLog(directory.path, { ended: signal, until })))).toEqual(["1@1 one\n"]);
});

test("followLog() does not give a record that is written over", async () => {
  using directory = temporaryDirectory();
  const container = new AbortController();
  writeLog(directory.path, [record(1, 1, "one\n")]);
  const whole = encodeRecord(record(1, 1, "one\n"));
  append(directory.path);
  appendFileSync(join(directory.path, "log"), encodeRecord(record(2, 1, "never whole\n")).subarray(0, 30));
  const events = followLog(directory.path, { ended: container.signal });
  expect(await next(events)).toEqual(["1@1 one\n"]);
  const second = next(events);
  writeFileSync(join(directory.path, "log"), Buffer.concat([whole, encodeRecord(record(3, 1, "another\n"))]), {
    flag: "r+",
  });
  expect(await second).toEqual(["1@3 another\n"]);
  await events.return(undefined);
});

test("followLog() reads a file that was rotated to its end, and all that came after it", async () => {
  using directory = temporaryDirectory();
  const container = new AbortController();
  writeLog(directory.path, [record(1, 1, "one\n")]);
  const events = followLog(directory.path, { ended: container.signal });
  expect(await next(events)).toEqual(["1@1 one\n"]);
  append(directory.path, record(2, 1, "two\nhalf "));
  for (const sec of [3, 4, 5]) {
    rotate(directory.path, 9);
    append(directory.path, record(sec, 1, sec === 3 ? "and half\n" : `${sec}\n`));
  }
  container.abort();
  expect(shown(await allLines(events))).toEqual(["1@2 two\n", "1@2 half and half\n", "1@4 4\n", "1@5 5\n"]);
});

test.each([
  [true, 2],
  [false, undefined],
])("followLog() says what was rotated away before it was read (files with numbers: %s)", async (isNumbered, files) => {
  using directory = temporaryDirectory();
  const number = (sequence: number): LogRecord[] => (isNumbered ? [sequenceRecord(sequence)] : []);
  writeLog(directory.path, [...number(0), record(1, 1, "one\n")]);
  const events = followLog(directory.path, { ended: new AbortController().signal });
  expect(await next(events)).toEqual(["1@1 one\n"]);
  append(directory.path, record(2, 1, "two, the end of its file\nhalf a line"));
  for (const sequence of [1, 2, 3, 4, 5]) {
    rotate(directory.path, 3);
    append(directory.path, ...number(sequence), record(10 + sequence, 1, `${sequence}\n`));
  }
  expect(await next(events)).toEqual(["1@2 two, the end of its file\n"]);
  expect(await next(events)).toEqual(["1@2 half a line"]);
  expect(await next(events)).toEqual({ type: "gap", files, after: { sec: 2, nsec: 0 } });
  expect(await next(events)).toEqual(["1@13 3\n"]);
  expect(await next(events)).toEqual(["1@14 4\n"]);
  expect(await next(events)).toEqual(["1@15 5\n"]);
  await events.return(undefined);
});

test("followLog() knows by their numbers that no file is missing, where its own has no name any more", async () => {
  using directory = temporaryDirectory();
  const container = new AbortController();
  writeLog(directory.path, [sequenceRecord(7), record(1, 1, "one\n")]);
  const events = followLog(directory.path, { ended: container.signal });
  expect(await next(events)).toEqual(["1@1 one\n"]);
  for (const sequence of [8, 9]) {
    rotate(directory.path, 2);
    append(directory.path, sequenceRecord(sequence), record(sequence, 1, `${sequence}\n`));
  }
  expect(existsSync(join(directory.path, "log.2"))).toBe(false);
  container.abort();
  const rest: LogEvent[] = [];
  for await (const event of events) rest.push(event);
  expect(rest.map((event) => (event.type === "gap" ? event : shown(event.lines)))).toEqual([["1@8 8\n"], ["1@9 9\n"]]);
});

// A writer that is faster than the follower: what is lost is what has no name any more, and it is said how much that is.
test.each([
  [1, "numbered"],
  [2, "numbered"],
  [3, "numbered"],
  [3, "without numbers"],
  [1000, "without numbers"],
] as const)("followLog() gives every byte once while files are rotated, of %i files (%s)", async (maxFile, kind) => {
  using directory = temporaryDirectory();
  const [files, records] = [60, 40];
  const container = new AbortController();
  const writer = spawn(
    process.execPath,
    [
      ...nodeOptions,
      join(import.meta.dirname, "support/log-writer.ts"),
      ...[directory.path, maxFile, files, records].map(String),
      ...(kind === "numbered" ? ["numbered"] : []),
    ],
    { stdio: "inherit" },
  );
  const exit = once(writer, "exit").then(([status]: unknown[]) => {
    container.abort();
    return status;
  });
  const lines: LogLines[] = [];
  const gaps: GapEvent[] = [];
  for await (const event of followLog(directory.path, { ended: container.signal })) {
    if (event.type === "gap") gaps.push(event);
    else lines.push(...event.lines);
  }
  expect(await exit).toBe(0);

  const contents = Array.from({ length: files }, (_, sequence) => fileContent(sequence, records));
  const isThere = new Set(
    lines
      .map(({ bytes }) => bytes.toString())
      .flatMap((text) => [...text.matchAll(/(\d+)\.\d+ /g)].map(([, file]) => Number(file))),
  );
  // What was gone before the first look is not missed.
  const lost = files - Math.min(...isThere) - isThere.size;
  for (const stream of [1, 2]) {
    const expected = contents
      .filter((_, sequence) => isThere.has(sequence))
      .flat()
      .filter((one) => one.stream === stream);
    const found = lines.filter((one) => one.stream === stream);
    expect(Buffer.concat(found.map(({ bytes }) => bytes)).equals(Buffer.concat(expected.map(({ data }) => data)))).toBe(
      true,
    );
  }
  const said = gaps.reduce((sum, gap) => sum + (gap.files ?? Number.NaN), 0);
  expect(lost).toBe(kind === "numbered" ? said : lost);
  expect(gaps.length > 0 || lost === 0).toBe(true);
  expect(maxFile < files || gaps.length === 0).toBe(true);
});
