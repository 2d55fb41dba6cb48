import { assert, integer, nat, property, record } from "fast-check";
import { expect, test } from "vitest";
import { type IdMap, idMapText } from "../src/index.ts";

test("idMapText() writes one line for each range, in the given order", () => {
  const maps = [
    { inside: 1, outside: 100_000, count: 65_535 },
    { inside: 0, outside: 1000, count: 1 },
  ];
  expect(idMapText(maps)).toBe("1 100000 65535\n0 1000 1\n");
  expect(idMapText([])).toBe("");
});

test("idMapText() takes the largest range and ranges that touch", () => {
  expect(idMapText([{ inside: 0, outside: 0, count: 4_294_967_295 }])).toBe("0 0 4294967295\n");
  expect(() =>
    idMapText([
      { inside: 0, outside: 10, count: 10 },
      { inside: 10, outside: 0, count: 10 },
    ]),
  ).not.toThrow();
});

test.each<[why: string, maps: IdMap[], message: string]>([
  ["overlap inside", [map(0, 0, 2), map(1, 10, 1)], 'the id ranges "0 0 2" and "1 10 1" overlap inside at 1'],
  ["overlap outside", [map(0, 5, 2), map(10, 6, 1)], 'the id ranges "0 5 2" and "10 6 1" overlap outside at 6'],
  ["are the same", [map(0, 0, 1), map(0, 0, 1)], 'the id ranges "0 0 1" and "0 0 1" overlap inside at 0'],
  ["hold 4294967295, which is no id", [map(4_294_967_295, 0, 1)], "does not fit into 0 to 4294967294"],
  ["end after the last id", [map(1, 0, 4_294_967_295)], "does not fit into 0 to 4294967294"],
  ["are empty", [map(0, 0, 0)], "an id range of 0 from 0 does not fit"],
  ["begin below 0", [map(-1, 0, 1)], "an id range of 1 from -1 does not fit"],
  ["are not whole", [map(0.5, 0, 1)], "an id range of 1 from 0.5 does not fit"],
  [
    "are 341",
    Array.from({ length: 341 }, (_, index) => map(index, index, 1)),
    "341 id ranges: the kernel takes at most 340",
  ],
])("idMapText() refuses ranges that %s", (_, maps, message) => {
  expect(() => idMapText(maps)).toThrow(RangeError);
  expect(() => idMapText(maps)).toThrow(message);
});

test("idMapText() refuses two ranges exactly when they share an id on one side", () => {
  const range = record({ inside: nat(40), outside: nat(40), count: integer({ min: 1, max: 10 }) });
  const shares = (a: IdMap, b: IdMap, side: "inside" | "outside"): boolean =>
    a[side] < b[side] + b.count && b[side] < a[side] + a.count;
  assert(property(range, range, (a, b) => isRefused([a, b]) === (shares(a, b, "inside") || shares(a, b, "outside"))));
});

function isRefused(maps: readonly IdMap[]): boolean {
  try {
    idMapText(maps);
    return false;
  } catch (error) {
    return error instanceof RangeError;
  }
}

function map(inside: number, outside: number, count: number): IdMap {
  return { inside, outside, count };
}
