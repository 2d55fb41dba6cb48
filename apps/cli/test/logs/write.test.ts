import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { formatLines } from "../../src/engine/logs/format-lines.ts";
import type { LogLines } from "../../src/engine/logs/lines.ts";
import type { LogEvent } from "../../src/engine/logs/log-event.ts";
import { readLog } from "../../src/engine/logs/reader.ts";
import { writeLog as printLog } from "../../src/engine/logs/write.ts";
import { sinkOf } from "../../src/runtime/stdio-ends.ts";
import { record, writeLog } from "./support/log.ts";

function lines(sec: number, stream: 1 | 2, text: string, isLineStart = true): LogLines {
  return { sec, nsec: 5, stream, bytes: Buffer.from(text), isLineStart };
}

test("formatLines() gives the bytes in their order", () => {
  const all = [lines(1, 1, "a\n"), lines(2, 1, "b\nc\n"), lines(3, 2, "x".repeat(100)), lines(4, 1, "d")];
  expect(formatLines(all, false).toString()).toBe(`a\nb\nc\n${"x".repeat(100)}d`);
  expect(formatLines([], false).toString()).toBe("");
  expect(formatLines([], true).toString()).toBe("");
});

test("formatLines() puts the time before each line, and not into one", () => {
  const time = (second: number): string => `1970-01-01T00:00:0${second}.000000005Z`;
  const all = [lines(1, 1, "a\nb\n"), lines(2, 1, "$ "), lines(2, 1, "ls\nfile\n", false), lines(3, 2, "\n\n")];
  expect(formatLines(all, true).toString()).toBe(
    `${time(1)} a\n${time(1)} b\n${time(2)} $ ls\n${time(2)} file\n${time(3)} \n${time(3)} \n`,
  );
});

test("formatLines() has room for any number of lines at once", () => {
  const time = "1970-01-01T00:00:01.000000005Z";
  const all = [lines(1, 1, "\n".repeat(1000)), lines(1, 1, "end")];
  expect(formatLines(all, true).toString()).toBe(`${`${time} \n`.repeat(1000)}${time} end`);
});

test("writeLog() writes each stream to its own, and what is lost to stderr", async () => {
  using directory = temporaryDirectory();
  const [out, err] = ["out", "err"].map((name) => openSync(join(directory.path, name), "w"));
  const events = async function* (): AsyncGenerator<LogEvent> {
    yield { type: "lines", lines: [lines(1, 1, "one\n"), lines(2, 2, "error\n")] };
    yield { type: "gap", files: 2, after: { sec: 2, nsec: 5 } };
    yield { type: "gap", files: 1, after: undefined };
    yield { type: "gap", files: undefined, after: undefined };
    yield { type: "lines", lines: [lines(3, 1, "two\n")] };
  };
  await printLog(events(), { 1: sinkOf(out!), 2: sinkOf(err!) });
  closeSync(out!);
  closeSync(err!);
  expect(readFileSync(join(directory.path, "out"), "utf8")).toBe("one\ntwo\n");
  expect(readFileSync(join(directory.path, "err"), "utf8")).toBe(
    "error\nwb: 2 files of the log were rotated away before they were read, after 1970-01-01T00:00:02.000000005Z\n" +
      "wb: a file of the log was rotated away before it was read\n" +
      "wb: some of the log may have been rotated away before it was read\n",
  );
});

test("writeLog() keeps the order of the streams where both are one file", async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, "both");
  const [out, err] = [openSync(path, "a"), openSync(path, "a")];
  writeLog(directory.path, [record(1, 1, "one\n"), record(2, 2, "error\n"), record(3, 1, "two\n")]);
  await printLog(readLog(directory.path), { 1: sinkOf(out), 2: sinkOf(err) });
  closeSync(out);
  closeSync(err);
  expect(readFileSync(path, "utf8")).toBe("one\nerror\ntwo\n");
});

test("writeLog() waits for who reads a pipe, and says EPIPE when nobody does any more", async () => {
  using directory = temporaryDirectory();
  const [fifo, copy] = ["fifo", "copy"].map((name) => join(directory.path, name)) as [string, string];
  execFileSync("mkfifo", [fifo]);
  writeLog(
    directory.path,
    Array.from({ length: 100 }, (_, index) => record(index, 1, `${"x".repeat(60_000)}${index}\n`)),
  );
  const reader = spawn("sh", ["-c", 'cat <"$0" >"$1"', fifo, copy], { stdio: "inherit" });
  // For reading, too: otherwise this would wait for cat.
  const both = openSync(fifo, "r+");
  const pipe = openSync(fifo, "w");
  {
    using sink = sinkOf(pipe);
    await printLog(readLog(directory.path), { 1: sink, 2: sink });
  }
  closeSync(pipe);
  closeSync(both);
  await once(reader, "exit");
  const text = readFileSync(copy, "latin1");
  expect(text.length).toBe(100 * 60_001 + 190);
  expect(text.endsWith("99\n")).toBe(true);

  const gone = spawn("sh", ["-c", 'head -c 10 <"$0" >"$1"', fifo, copy], { stdio: "inherit" });
  const last = openSync(fifo, "w");
  using sink = sinkOf(last);
  await expect(printLog(readLog(directory.path), { 1: sink, 2: sink })).rejects.toMatchObject({ code: "EPIPE" });
  closeSync(last);
  if (gone.exitCode === null) await once(gone, "exit");
});
