import { describe, expect, it } from "vitest";
import { statsOf } from "../src/controllers.ts";
import { parseFlatKeyed, parseSingle } from "../src/parse.ts";

/** Files of a group of the build machine, Linux 6.18. */
const V1: Record<string, string> = {
  "memory.usage_in_bytes": "790528\n",
  "memory.max_usage_in_bytes": "946176\n",
  "memory.limit_in_bytes": "9223372036854771712\n",
  "memory.memsw.usage_in_bytes": "790528\n",
  "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
  "cpuacct.usage": "69560000\n",
  "cpuacct.usage_user": "4000000\n",
  "cpuacct.usage_sys": "12000000\n",
  "cpu.stat": "nr_periods 12\nnr_throttled 3\nthrottled_time 45678901\nnr_bursts 0\nburst_time 0\n",
  "pids.current": "2\n",
  "pids.max": "max\n",
};

/** Files of a group of a Debian 13 guest, Linux 6.12. */
const V2: Record<string, string> = {
  "memory.current": "790528\n",
  "memory.peak": "946176\n",
  "memory.max": "67108864\n",
  "memory.swap.current": "4096\n",
  "memory.events": "low 0\nhigh 0\nmax 12\noom 3\noom_kill 3\noom_group_kill 0\n",
  "cpu.stat":
    "usage_usec 69560\nuser_usec 17390\nsystem_usec 52170\nnice_usec 0\nnr_periods 12\nnr_throttled 3\nthrottled_usec 45678\nnr_bursts 0\nburst_usec 0\n",
  "pids.current": "2\n",
  "pids.max": "10\n",
};

const none = (): undefined => undefined;

const cpu = {
  usageUs: 69_560,
  userUs: 17_390,
  systemUs: 52_170,
  periods: 12,
  throttledPeriods: 3,
  throttledUs: 45_678,
};

describe("statsOf()", () => {
  it("has the same shape on v1", () => {
    expect(statsOf((file) => V1[file], none)).toEqual({
      memory: { current: 790_528, peak: 946_176, max: "max", swapCurrent: 0, oomKill: 3 },
      cpu,
      pids: { current: 2, max: "max" },
    });
  });

  it("has the same shape on v2", () => {
    expect(statsOf(none, (file) => V2[file])).toEqual({
      memory: { current: 790_528, peak: 946_176, max: 67_108_864, swapCurrent: 4096, oomKill: 3 },
      cpu,
      pids: { current: 2, max: 10 },
    });
  });

  it("leaves out what a group does not have", () => {
    expect(statsOf(none, (file) => (file === "cpu.stat" ? "usage_usec 5\n" : undefined))).toEqual({
      cpu: { usageUs: 5 },
    });
    expect(statsOf((file) => (file === "memory.usage_in_bytes" ? "7\n" : undefined), none)).toEqual({
      memory: { current: 7, max: "max" },
    });
  });
});

describe("parseSingle()", () => {
  it.each([
    ["max\n", "max"],
    ["-1\n", "max"],
    ["9223372036854771712\n", "max"],
    ["9223372036854710272\n", "max"], // a kernel with pages of 64 KiB
    ["67108864\n", 67_108_864],
    ["0\n", 0],
    [undefined, undefined],
  ])("reads %j as %j", (text, value) => {
    expect(parseSingle(text)).toBe(value);
  });
});

describe("parseFlatKeyed()", () => {
  it("keeps keys that it does not know", () => {
    expect(parseFlatKeyed("a 1\nnew_key 2\n")).toEqual({ a: 1, new_key: 2 });
    expect(parseFlatKeyed(undefined)).toEqual({});
  });
});
