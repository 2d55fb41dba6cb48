import { expect, test } from "vitest";
import { durationText, parseDuration } from "../src/durations.ts";
import type { UserError } from "../src/user-error.ts";

// Cases of Go's time package among them, src/time/time_test.go.
test.for<[string, number]>([
  ["0", 0],
  ["+0", 0],
  ["5s", 5000],
  ["-5s", -5000],
  ["+5s", 5000],
  ["5.0s", 5000],
  ["5.s", 5000],
  [".5s", 500],
  ["1.004s", 1004],
  ["0100.00100s", 100_001],
  ["10ns", 1e-5],
  ["11us", 0.011],
  ["12µs", 0.012],
  ["12μs", 0.012],
  ["3h30m", 12_600_000],
  ["10.5s4m", 250_500],
  ["-2m3.4s", -123_400],
  ["1h2m3s4ms5us6ns", 3_723_004.005_006],
  ["9007199254740993ns", 9_007_199_254.740_992],
  ["9223372036s", 9_223_372_036_000],
])("parseDuration(%j) is %d ms", ([text, milliseconds]) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.for<[string, string]>([
  ["", 'time: invalid duration ""'],
  ["3", 'time: missing unit in duration "3"'],
  ["3m5", 'time: missing unit in duration "3m5"'],
  ["-", 'time: invalid duration "-"'],
  ["s", 'time: invalid duration "s"'],
  [".", 'time: invalid duration "."'],
  ["-.s", 'time: invalid duration "-.s"'],
  ["+-5s", 'time: invalid duration "+-5s"'],
  [" 5s", 'time: invalid duration " 5s"'],
  ["5s ", 'time: unknown unit "s " in duration "5s "'],
  ["1d", 'time: unknown unit "d" in duration "1d"'],
  ["5S", 'time: unknown unit "S" in duration "5S"'],
  ["9223372037s", 'time: invalid duration "9223372037s"'],
])("parseDuration(%j) refuses: %s", ([text, message]) => {
  expect(() => parseDuration(text)).toThrow(expect.objectContaining({ name: "UserError", message }) as UserError);
});

test.for<[number, string]>([
  [0, "0s"],
  [1e-6, "1ns"],
  [0.0011, "1.1µs"],
  [2.2, "2.2ms"],
  [300, "300ms"],
  [1000, "1s"],
  [3300, "3.3s"],
  [30_000, "30s"],
  [60_000, "1m0s"],
  [245_000, "4m5s"],
  [3_600_000, "1h0m0s"],
  [18_367_001, "5h6m7.001s"],
  [480_000.000_001, "8m0.000000001s"],
  [-1500, "-1.5s"],
])("durationText(%d) is %s", ([milliseconds, text]) => {
  expect(durationText(milliseconds)).toBe(text);
});
