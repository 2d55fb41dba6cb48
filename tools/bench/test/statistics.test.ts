import { expect, test } from "vitest";
import { ratios, spread } from "../src/statistics.ts";

test("spread() gives the middle of samples in any order, and what eight of ten lie between", () => {
  expect(spread([9, 1, 5, 3, 7, 2, 8, 4, 6, 10, 0])).toEqual({ p10: 1, median: 5, p90: 9 });
});

test("spread() lies between two samples in proportion", () => {
  expect(spread([1, 2])).toEqual({ p10: 1.1, median: 1.5, p90: 1.9 });
});

test("spread() refuses no samples", () => {
  expect(() => spread([])).toThrow(RangeError);
});

test("ratios() compares samples of the same round", () => {
  expect(ratios([10, 30], [5, 10])).toEqual([2, 3]);
});
