import type { Limits } from "@wb/cgroup";
import { expect, test } from "vitest";
import { parseSettings } from "../src/commands/cgroup-settings.ts";

test.for<[string[], Limits]>([
  [[], {}],
  [["memory.max=64m", "memory.swap.max=0"], { memory: { max: "64m", swapMax: "0" as "0b" } }],
  [["memory.limit_in_bytes=-1"], { memory: { max: "max" } }],
  [["cpu.max=50%"], { cpu: { max: { quotaUs: 50_000, periodUs: 100_000 } } }],
  [["cpu.max=12.5%"], { cpu: { max: { quotaUs: 12_500, periodUs: 100_000 } } }],
  [["cpu.max=max"], { cpu: { max: { quotaUs: "max" } } }],
  [["cpu.max=5000 10000"], { cpu: { max: { quotaUs: 5000, periodUs: 10_000 } } }],
  [["cpu.cfs_quota_us=-1", "cpu.cfs_period_us=5000"], { cpu: { max: { quotaUs: "max", periodUs: 5000 } } }],
  [["cpu.weight=5", "cpu.idle=0", "pids.max=10"], { cpu: { weight: 5, idle: false }, pids: { max: 10 } }],
  [["pids.max=x"], { pids: { max: Number.NaN } }],
  [["cpuset.cpus="], { cpuset: { cpus: "" } }],
  [["io.weight=default 50"], { io: { weight: 50 } }],
  [
    ["io.max=8:0 rbps=1m wiops=max", "io.max=8:16 wbps=5"],
    {
      io: {
        devices: [
          { major: 8, minor: 0, rbps: "1m", wiops: "max" },
          { major: 8, minor: 16, wbps: "5" as "5b" },
        ],
      },
    },
  ],
  [["hugetlb.2MB.max=4m", "hugetlb.2MB.rsvd.max=max"], { hugetlb: { "2MB": { max: "4m", rsvdMax: "max" } } }],
  [["memory.zswap.max=0"], { unified: { "memory.zswap.max": "0" } }],
  [["memory.max=1m", "memory.max=2m"], { memory: { max: "2m" } }],
])("parseSettings(%j)", ([words, limits]) => {
  expect(parseSettings(words)).toEqual(limits);
});

test.for([
  ["memory.max", "KEY=VALUE is meant"],
  ["=5", "KEY=VALUE is meant"],
  ["../x=5", "KEY=VALUE is meant"],
  ["cpu.max=fast", "50%, or QUOTA [PERIOD]"],
  ["cpu.idle=yes", "0 or 1"],
  ["io.max=8:0", "MAJOR:MINOR"],
  ["io.max=sda rbps=1", "MAJOR:MINOR"],
  ["io.max=8:0 speed=1", "MAJOR:MINOR"],
] as const)("parseSettings() refuses %j", ([word, why]) => {
  expect(() => parseSettings([word])).toThrow(why);
});
