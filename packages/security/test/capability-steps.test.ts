import { explain, type Program } from "@wb/syscall";
import { describe, expect, test } from "vitest";
import {
  ALL_CAPABILITIES,
  capabilityMask,
  type CapabilitySets,
  capabilitySteps,
  DOCKER_CAPABILITIES,
} from "../src/index.ts";

const none: CapabilitySets = { bounding: 0n, effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n };
const all: CapabilitySets = { ...none, bounding: ALL_CAPABILITIES };

describe("capabilitySteps()", () => {
  test("drops the bounding set while it may, keeps capabilities over the user change, then sets them", () => {
    const raw = capabilityMask(["NET_RAW"]);
    const sets = {
      bounding: ALL_CAPABILITIES & ~capabilityMask(["SYSLOG"]),
      effective: raw,
      permitted: raw,
      inheritable: raw,
      ambient: raw,
    };
    expect(explain(capabilitySteps(sets, { user: { uid: 1000, gid: 100, groups: [7, 8] } }))).toMatchInlineSnapshot(`
      "# drop capabilities from the bounding set
      # $ setpriv --bounding-set -syslog
      prctl(PR_CAPBSET_DROP, CAP_SYSLOG)  # or EINVAL

      # drop capabilities that have no name yet from the bounding set
      capability = 41
      next capability:
      prctl(PR_CAPBSET_DROP, capability)  # or EINVAL
      capability = capability + 1
      if (capability < 64) goto next capability

      # keep the capabilities while the user changes
      prctl(PR_SET_KEEPCAPS, 1)

      # take the supplementary groups 7, 8 and no others
      setgroups(2, "\\x07\\x00\\x00\\x00\\x08\\x00\\x00\\x00")

      # become user 1000, group 100
      # $ setpriv --reuid 1000 --regid 100 --groups 7,8
      setresgid(100, 100, 100)
      setresuid(1000, 1000, 1000)

      # have the capabilities net_raw
      capset({version=0x20080522, pid=0}, {effective0=1<<CAP_NET_RAW, permitted0=1<<CAP_NET_RAW, inheritable0=1<<CAP_NET_RAW, effective1=0, permitted1=0, inheritable1=0})

      # set the ambient set
      prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
      prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW)

      # no longer keep capabilities when the user changes
      prctl(PR_SET_KEEPCAPS, 0)
      "
    `);
  });

  test("needs no PR_SET_KEEPCAPS for root", () => {
    const calls = callsOf(capabilitySteps(all, { user: { uid: 0, gid: 0 } }));
    expect(calls).not.toContain("PR_SET_KEEPCAPS");
    expect(calls).toContain("setresuid(0, 0, 0)");
  });

  test("changes no ids without a user", () => {
    expect(callsOf(capabilitySteps(all))).not.toMatch(/set(res|groups)/u);
  });

  test("drops each of the 64 that is not wanted, exactly once", () => {
    expect(droppedBy(capabilitySteps(none))).toEqual([...range(0, 41), "loop"]);
    expect(droppedBy(capabilitySteps({ ...none, bounding: DOCKER_CAPABILITIES }))).toEqual([
      ...range(0, 41).filter((number) => ((DOCKER_CAPABILITIES >> BigInt(number)) & 1n) === 0n),
      "loop",
    ]);
    expect(droppedBy(capabilitySteps(all))).toEqual(["loop"]);
    expect(droppedBy(capabilitySteps({ ...none, bounding: ALL_CAPABILITIES | (1n << 42n) }))).toEqual([
      41,
      ...range(43, 64),
    ]);
  });
});

function callsOf(program: Program): string {
  return explain(program)
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n");
}

function droppedBy(program: Program): (number | "loop")[] {
  const instructions = program.flatMap(({ body }) => body);
  return instructions.flatMap((instruction) => {
    if (!("call" in instruction) || instruction.call !== "prctl" || instruction.args[0] !== 24) return [];
    return typeof instruction.args[1] === "number" ? instruction.args[1] : "loop";
  });
}

function range(from: number, end: number): number[] {
  return Array.from({ length: end - from }, (_, index) => from + index);
}
