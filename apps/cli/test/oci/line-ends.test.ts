import { explain } from "@wb/syscall";
import { expect, test } from "vitest";
import { plainLineEnds } from "../../src/runtime/termios.ts";

test("plainLineEnds() reads a terminal's settings and sets them without ONLCR alone", () => {
  const text = explain(plainLineEnds(3));
  expect(text.match(/^ioctl\(3, \w+/gmu)).toEqual(["ioctl(3, TCGETS", "ioctl(3, TCSETSW"]);
});
