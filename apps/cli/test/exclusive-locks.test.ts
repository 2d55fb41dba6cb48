import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import { expect, test } from "vitest";
import { exclusiveLocks } from "../src/engine/store/exclusive-locks.ts";
import { lockExisting } from "../src/engine/store/lock.ts";

test("exclusiveLocks() finds the locks of directories, of the machine's device numbers", () => {
  using place = temporaryDirectory("wb-locks-");
  const [locked, free] = ["locked", "free"].map((name) => join(place.path, name)) as [string, string];
  for (const path of [locked, free]) mkdirSync(path);
  using lock = lockExisting(locked);
  expect(lock).toBeDefined();
  const isLocked = exclusiveLocks();
  expect([locked, free, join(place.path, "none")].map(isLocked)).toEqual([true, false, false]);
});

test("exclusiveLocks() takes neither shared locks, nor who waits for one, nor locks of fcntl(2)", () => {
  const { dev, ino } = statSync("/");
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  const id = `${[major, minor].map((number) => number.toString(16).padStart(2, "0")).join(":")}:${ino}`;
  const line = (words: string): string => `1: ${words} 4711 ${id} 0 EOF\n`;
  expect(exclusiveLocks(line("FLOCK  ADVISORY  WRITE"))("/")).toBe(true);
  for (const words of ["FLOCK  ADVISORY  READ ", "-> FLOCK  ADVISORY  WRITE", "POSIX  ADVISORY  WRITE"])
    expect([words, exclusiveLocks(line(words))("/")]).toEqual([words, false]);
  expect(exclusiveLocks(line("FLOCK  ADVISORY  WRITE").replace(`:${ino} `, `:${ino}1 `))("/")).toBe(false);
});
