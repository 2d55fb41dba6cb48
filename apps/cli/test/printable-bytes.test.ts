import { expect, test } from "vitest";
import { printableBytes } from "../src/printable-bytes.ts";

test.for<[string | Buffer, string]>([
  ["", ""],
  ["web-ü-網-🐳", "web-ü-網-🐳"],
  [String.raw`a\x2db`, String.raw`a\x2db`],
  ["\t\n\u001B[31m\u007F", String.raw`\x09\x0a\x1b[31m\x7f`],
  ["\u009B", String.raw`\xc2\x9b`],
  ["a\u202Eb\u061C\u2067", String.raw`a\xe2\x80\xaeb\xd8\x9c\xe2\x81\xa7`],
  ["\u2028", String.raw`\xe2\x80\xa8`],
  [Buffer.from([0x61, 0xff, 0xc3, 0x62, 0xe2, 0x82]), String.raw`a\xff\xc3b\xe2\x82`],
  [Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80]), String.raw`\xc0\xaf\xed\xa0\x80`],
])("printableBytes(%j)", ([name, text]) => {
  expect(printableBytes(Buffer.from(name))).toBe(text);
});
