import { appendFileSync, closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { encodeRecord } from "../../src/engine/logs/encode-record.ts";
import { logEnd } from "../../src/engine/logs/log-end.ts";
import { record, writeLog } from "./support/log.ts";

test.each([
  ["an empty file", [], 0],
  ["whole records", [1, 65_536, 3], 3 * 24 + 65_540],
  ["long ones", Array.from({ length: 50 }, () => 65_536), 50 * 65_560],
  ["short ones", Array.from({ length: 20_000 }, () => 7), 20_000 * 31],
])("logEnd() is the end of %s, also before a part of one", (_, lengths, end) => {
  using directory = temporaryDirectory();
  writeLog(
    directory.path,
    lengths.map((length) => record(1, 1, "x".repeat(length))),
  );
  const path = join(directory.path, "log");
  for (const part of [0, 1, 24, 25]) {
    appendFileSync(path, encodeRecord(record(2, 2, "torn")).subarray(0, part));
    const fd = openSync(path, "r");
    expect(logEnd(fd)).toBe(end);
    closeSync(fd);
    writeLog(
      directory.path,
      lengths.map((length) => record(1, 1, "x".repeat(length))),
    );
  }
});
