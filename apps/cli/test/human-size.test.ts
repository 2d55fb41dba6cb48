import { expect, test } from "vitest";
import { humanSize } from "../src/commands/human-size.ts";

test.for<[number, string]>([
  [0, "0"],
  [1, "1B"],
  [1023, "1023B"],
  [1024, "1K"],
  [1536, "1.5K"],
  [1023 * 1024 + 1023, "1024K"],
  [2 ** 20, "1M"],
  [24_684_092 * 1024, "23.5G"],
  [270_553_174_016, "252G"],
  [2 ** 40 * 1.25, "1.3T"],
  [2 ** 50, "1P"],
])("humanSize(%i) is %s", ([bytes, text]) => {
  expect(humanSize(bytes)).toBe(text);
});
