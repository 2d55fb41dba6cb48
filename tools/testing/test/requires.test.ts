import { release } from "node:os";
import { describe, expect, expectTypeOf, test } from "vitest";
import { isExpectedSkip } from "../src/expected-skips.ts";
import { type Requirement, requires, unmet } from "../src/index.ts";
import { families, flags } from "../src/probes.ts";

const other = process.arch === "x64" ? "arm64" : "x64";

describe("unmet()", () => {
  test.each(Object.keys(flags) as Requirement[])("%s has a probe that answers", (word) => {
    const answer = unmet(word);
    expect(answer === undefined || answer.length > 0).toBe(true);
  });

  test("command: looks in PATH and the places of administration commands", () => {
    expect(unmet("command:sh")).toBeUndefined();
    expect(unmet("command:no-such-command")).toBe("not found in PATH");
  });

  test("kernel>= compares numbers, not text", () => {
    expect(unmet("kernel>=3.10")).toBeUndefined();
    expect(unmet("kernel>=100.2")).toBe(`this is Linux ${release()}`);
  });

  test("landlock>= asks for an ABI", () => {
    expect(unmet("landlock>=1000")).toMatch(/^the kernel's Landlock ABI is -?\d+$/u);
  });

  test("cgroup_controller: names what is there", () => {
    expect(unmet("cgroup_controller:none-such")).toMatch(/^available: /u);
  });

  test("refuses an unknown word and lists the known", () => {
    // @ts-expect-error -- unknown to the compiler too
    expect(() => unmet("rooot")).toThrow(/^unknown requirement "rooot"; known: arm64, .*command:, kernel>=/u);
  });
});

describe("requires()", () => {
  test("is vitest's own test where everything is there", () => {
    expect(requires(process.arch as "x64", "command:sh")).toBe(test);
  });

  test("knows every word of the tables as a type", () => {
    expectTypeOf<"root" | "kernel>=5.14" | "command:ip" | "cgroup_controller:memory">().toExtend<Requirement>();
    expect(Object.keys(families)).toEqual(["cgroup_controller:", "command:", "kernel>=", "landlock>=", "link_kind:"]);
  });

  requires(other)("skips where something is missing, and this body never runs", () => {
    expect.unreachable();
  });
});

test("isExpectedSkip() matches whole titles and reasons, with * for anything", () => {
  expect(isExpectedSkip(["a title", "requires arm64 (this is x64)"])).toBe(true);
  expect(isExpectedSkip(["requires arm64"])).toBe(false);
  expect(isExpectedSkip(["a title", "requires root (uid is 1000)"])).toBe(false);
});

test("isExpectedSkip() tells places apart", () => {
  const onV1 = ["requires cgroup_v1 (no v1 controller is mounted)"];
  expect(isExpectedSkip(onV1, "host")).toBe(true);
  expect(isExpectedSkip(onV1, "v2-guest")).toBe(true);
  expect(isExpectedSkip(onV1, "v1-guest")).toBe(false);
  expect(isExpectedSkip(["requires x64 (this is arm64)"], "v1-guest")).toBe(true);
});
