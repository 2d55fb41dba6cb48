import { parseIdMap } from "@wb/ns";
import { expect, test } from "vitest";
import { subordinateRanges } from "../src/engine/subordinate-ids.ts";

test("parseIdMap() reads the kernel's columns", () => {
  expect(parseIdMap("         0          0 4294967295\n")).toEqual([{ inside: 0, outside: 0, count: 4_294_967_295 }]);
  expect(parseIdMap("         0     100000       1000\n      1000       1000          1\n")).toEqual([
    { inside: 0, outside: 100_000, count: 1000 },
    { inside: 1000, outside: 1000, count: 1 },
  ]);
  expect(parseIdMap("")).toEqual([]);
});

const table = (text: string): string[][] => text.split("\n").map((line) => line.split(":"));

test("subordinateRanges() finds a user by name and by number", () => {
  const text = "root:100000:65536\nsomeone:165536:65536\n1000:231072:10\nsomeone:300000:5\nbroken\n";
  expect(subordinateRanges(table(text), { username: "someone", uid: 1000 })).toEqual([
    { first: 165_536, count: 65_536 },
    { first: 231_072, count: 10 },
    { first: 300_000, count: 5 },
  ]);
  expect(subordinateRanges(table(text), { username: "nobody", uid: 65_534 })).toEqual([]);
  expect(subordinateRanges(table("someone:x:5\nsomeone:5\n"), { username: "someone", uid: 1 })).toEqual([]);
});
