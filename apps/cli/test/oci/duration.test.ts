import { expect, test } from "vitest";
import { parseDuration } from "../../src/oci/duration.ts";

test.each([
  ["5s", 5000],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["250ms", 250],
  ["2us", 0.002],
  ["2\u00b5s", 0.002],
  ["2\u03bcs", 0.002],
  ["0", 0],
  ["-1s", -1000],
])("parseDuration() reads %s as Go does", (text, milliseconds) => {
  expect(parseDuration("interval", text)).toBe(milliseconds);
});

test.each(["", "5", "s", "5 s", "5s5", "x"])("parseDuration() refuses %j", (text) => {
  expect(() => parseDuration("interval", text)).toThrow(
    `invalid value ${JSON.stringify(text)} for flag -interval: parse error`,
  );
});
