import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { nodeOptions, temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { closeLogFiles, logInode, openLogFiles } from "../../src/engine/logs/log-files.ts";
import { readRecords } from "../../src/engine/logs/read-records.ts";
import { record, writeLog } from "./support/log.ts";

/** The second of the first record of each, which is the number of the file. */
function openedFiles(directory: string): (number | undefined)[] {
  const files = openLogFiles(directory);
  const seconds = files.map(({ fd }) => readRecords(fd, 0).records[0]?.sec);
  closeLogFiles(files);
  return seconds;
}

test("openLogFiles() opens the files of a log and no others, oldest first", () => {
  using directory = temporaryDirectory();
  expect(openedFiles(directory.path)).toEqual([]);
  expect(openedFiles(join(directory.path, "missing"))).toEqual([]);
  expect(logInode(directory.path)).toBeUndefined();
  writeLog(directory.path, ...Array.from({ length: 12 }, (_, index) => [record(index, 1, "x")]));
  mkdirSync(join(directory.path, "log.old"));
  writeFileSync(join(directory.path, "log.new"), "");
  expect(openedFiles(directory.path)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("openLogFiles() misses no file while they are renamed", async () => {
  using directory = temporaryDirectory();
  const script = join(import.meta.dirname, "support/log-writer.ts");
  const writer = spawn(process.execPath, [...nodeOptions, script, directory.path, "100", "90", "1"], {
    stdio: "inherit",
  });
  const exit = once(writer, "exit");
  const seen: (number | undefined)[][] = [];
  while (writer.exitCode === null) {
    seen.push(openedFiles(directory.path));
    await setImmediate();
  }
  expect(await exit).toEqual([0, null]);
  seen.push(openedFiles(directory.path));
  // One that was just made has no record yet.
  const wrong = seen.filter((all) =>
    all.some((sec, index) => sec !== index && !(sec === undefined && index === all.length - 1)),
  );
  expect(wrong).toEqual([]);
  expect(seen.at(-1)?.length).toBe(90);
});
