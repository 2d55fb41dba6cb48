import { expect, test } from "vitest";
import { parseOptions } from "../src/options.ts";

test("parseOptions() has a default for everything", () => {
  expect(parseOptions([])).toEqual({ rounds: 30, json: false, only: undefined });
});

test("parseOptions() names what it refuses", () => {
  expect(() => parseOptions(["--rounds", "0"])).toThrow("--rounds takes a whole number above 0, not 0");
  expect(() => parseOptions(["--only", "docker"])).toThrow("--only takes runc, bwrap, unshare, cold, not docker");
});
