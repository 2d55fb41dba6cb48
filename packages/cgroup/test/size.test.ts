import { expect, test } from "vitest";
import { parseSize } from "../src/size.ts";

// go-units' own tests of RAMInBytes, which docker reads sizes with: size_test.go.
test.for<[string, number]>([
  ["32", 32],
  ["32b", 32],
  ["32B", 32],
  ["32k", 32 * 1024],
  ["32K", 32 * 1024],
  ["32kb", 32 * 1024],
  ["32Kb", 32 * 1024],
  ["32Kib", 32 * 1024],
  ["32KIB", 32 * 1024],
  ["32Mb", 32 * 1024 ** 2],
  ["32MiB", 32 * 1024 ** 2],
  ["32Gb", 32 * 1024 ** 3],
  ["7Pb", 7 * 1024 ** 5],
  ["32Tb", 32 * 1024 ** 4],
  ["32.5kB", 32.5 * 1024],
  ["32.5 kB", 32.5 * 1024],
  ["1.5g", 1.5 * 1024 ** 3],
  ["0.3", 0],
  [".5g", 512 * 1024 ** 2],
  ["32.k", 32 * 1024],
  ["0", 0],
  ["64m", 67_108_864],
])("parseSize(%j) is %i", ([text, bytes]) => {
  expect(parseSize(text)).toBe(bytes);
});

test.for([
  "",
  "hello",
  "1x",
  "1m1",
  "m",
  "-1",
  "-32",
  "+1m",
  " 32",
  " 32 ",
  "32  kb",
  "32 m b",
  "32bm",
  "0x10",
  "1,5g",
  "1..5g",
  ".",
  ".m",
  "NaN",
  "Infinity",
  "９m",
  "1m\n",
  "9007199254740993",
  "99999999999p",
])("parseSize(%j) is undefined", (text) => {
  expect(parseSize(text)).toBeUndefined();
});
