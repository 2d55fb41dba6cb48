import { describe, expect, test } from "vitest";
import { parseStatus } from "../src/held-capabilities.ts";
import { type CapabilitySets, limitTo, ociCapabilities, parseCapabilities } from "../src/index.ts";

const none: CapabilitySets = { bounding: 0n, effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n };

describe("ociCapabilities()", () => {
  test("gives root three sets and another user the bounding set, as docker does", () => {
    const names = ["CAP_CHOWN", "CAP_KILL"];
    expect(ociCapabilities(0x21n, { uid: 0 })).toEqual({ bounding: names, effective: names, permitted: names });
    expect(ociCapabilities(0x21n, { uid: 1000 })).toEqual({ bounding: names });
  });
});

describe("parseCapabilities()", () => {
  test("reads the five sets and leaves out what it does not know", () => {
    const { sets, unknown } = parseCapabilities({
      bounding: ["CAP_CHOWN", "CAP_FUTURE"],
      ambient: ["CAP_KILL", "CAP_FUTURE"],
      inheritable: ["CAP_OTHER"],
    });
    expect(sets).toEqual({ ...none, bounding: 1n, ambient: 0x20n });
    expect(unknown).toEqual(["CAP_FUTURE", "CAP_OTHER"]);
  });
});

describe("limitTo()", () => {
  const held = { ...none, bounding: 0b0111n, permitted: 0b1011n, effective: 0b0011n, inheritable: 0n };

  test.each([
    { wanted: { bounding: 0b1111n }, given: { bounding: 0b0111n }, missing: ["CAP_FOWNER"] },
    { wanted: { permitted: 0b0111n }, given: { permitted: 0b0011n }, missing: ["CAP_DAC_READ_SEARCH"] },
    {
      wanted: { permitted: 0b0001n, effective: 0b0011n },
      given: { permitted: 0b0001n, effective: 0b0001n },
      missing: ["CAP_DAC_OVERRIDE"],
    },
    {
      wanted: { inheritable: 0b1111n },
      given: { inheritable: 0b0011n },
      missing: ["CAP_DAC_READ_SEARCH", "CAP_FOWNER"],
    },
    // No machine gives that: there is nothing to tell.
    { wanted: { permitted: 0b0001n, ambient: 0b0001n }, given: { permitted: 0b0001n }, missing: [] },
    {
      wanted: { bounding: 0b0011n, permitted: 0b0011n },
      given: { bounding: 0b0011n, permitted: 0b0011n },
      missing: [],
    },
  ])("gives of $wanted what the kernel would give", ({ wanted, given, missing }) => {
    expect(limitTo({ ...none, ...wanted }, held)).toEqual({ sets: { ...none, ...given }, missing });
  });

  test("names a capability of several sets once", () => {
    expect(limitTo({ ...none, bounding: 0b1000n, permitted: 0b0100n, effective: 0b0100n }, held).missing).toEqual([
      "CAP_DAC_READ_SEARCH",
      "CAP_FOWNER",
    ]);
  });
});

describe("parseStatus()", () => {
  const status =
    "Name:\tnode\nCapInh:\t0000000000000001\nCapPrm:\t000001fffeffffff\nCapEff:\t000001fffeffffff\nCapBnd:\t8000000000000000\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\n";

  test("reads the sets of /proc/pid/status", () => {
    expect(parseStatus(status)).toEqual({
      inheritable: 1n,
      permitted: 0x1ff_feff_ffffn,
      effective: 0x1ff_feff_ffffn,
      bounding: 0x8000_0000_0000_0000n,
      ambient: 0n,
    });
  });

  test("names a field that is missing", () => {
    expect(() => parseStatus(status.replace("CapBnd", "Cap"))).toThrow("no CapBnd in /proc/thread-self/status");
  });
});
