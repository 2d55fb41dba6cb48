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
  [["pids.max=-5"], { pids: { max: -5 } }],
  [["cpuset.cpus=", "cpuset.mems="], { cpuset: { cpus: "", mems: "" } }],
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
  [["io.weight=8:0 50"], { io: { devices: [{ major: 8, minor: 0, weight: 50 }] } }],
  [
    ["io.max=8:0 rbps=1m wiops=max 8:16 wbps=5"],
    {
      io: {
        devices: [
          { major: 8, minor: 0, rbps: "1m", wiops: "max" },
          { major: 8, minor: 16, wbps: "5" as "5b" },
        ],
      },
    },
  ],
  [["blkio.weight=500"], { io: { weight: 4500 } }],
  [["blkio.bfq.weight_device=8:0 50"], { io: { devices: [{ major: 8, minor: 0, weight: 50 }] } }],
  [
    ["blkio.throttle.read_bps_device=8:0 1048576", "blkio.throttle.write_iops_device=8:0 0"],
    {
      io: {
        devices: [
          { major: 8, minor: 0, rbps: "1048576" as "1048576b" },
          { major: 8, minor: 0, wiops: "max" },
        ],
      },
    },
  ],
  [["net_cls.classid=0x100001"], { netCls: { classid: 0x10_0001 } }],
  [["net_prio.ifpriomap=lo 5"], { netPrio: { ifpriomap: { lo: 5 } } }],
  [["rdma.max=mlx4_0 hca_handle=2 hca_object=max"], { rdma: { mlx4_0: { hcaHandle: 2, hcaObject: "max" } } }],
  [["misc.max=sev 3", "misc.max=sev_es max"], { misc: { sev: 3, sev_es: "max" } }],
  [["hugetlb.2MB.limit_in_bytes=-1"], { hugetlb: { "2MB": { max: "max" } } }],
  [
    ["devices.deny=c 5:5 rwm", "notify_on_release=1"],
    { legacy: { "devices.deny": "c 5:5 rwm", notify_on_release: "1" } },
  ],
  [["memory.memsw.limit_in_bytes=64m"], { legacy: { "memory.memsw.limit_in_bytes": "64m" } }],
  [
    ["memory.memsw.limit_in_bytes=64m", "memory.limit_in_bytes=24m"],
    { legacy: {}, memory: { max: "24m", swapMax: 41_943_040 } },
  ],
  [["memory.memsw.limit_in_bytes=-1", "memory.max=24m"], { legacy: {}, memory: { max: "24m", swapMax: "max" } }],
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
  ["io.max=8:0 8:16 rbps=1", "MAJOR:MINOR"],
  ["io.weight=8:0 5 6", "MAJOR:MINOR"],
  ["blkio.throttle.read_bps_device=1048576", "MAJOR:MINOR RATE"],
  ["misc.max=5", "NAME VALUE"],
  ["rdma.max=mlx4_0 hca_thing=2", "DEVICE hca_handle"],
  ["io.max=8:0", "MAJOR:MINOR"],
  ["io.max=sda rbps=1", "MAJOR:MINOR"],
  ["io.max=8:0 speed=1", "MAJOR:MINOR"],
] as const)("parseSettings() refuses %j", ([word, why]) => {
  expect(() => parseSettings([word])).toThrow(why);
});

test.for([
  "memory.max",
  "memory.swappiness",
  "memory.memsw.limit_in_bytes",
  "memory.oom_control",
  "memory.zswap.max",
  "memory.force_empty",
  "cpu.weight",
  "cpu.max",
  "cpu.max.burst",
  "cpu.shares",
  "cpu.cfs_quota_us",
  "cpuset.cpus.partition",
  "pids.max",
  "io.weight",
  "io.max",
  "hugetlb.2MB.max",
  "net_cls.classid",
  "notify_on_release",
  "cgroup.clone_children",
])("parseSettings() refuses %s without a value", (key) => {
  for (const word of [`${key}=`, `${key}= `]) expect(() => parseSettings([word])).toThrow(`${key} has no value`);
});

test.for([
  "pids.max=1e3",
  "pids.max=1.0",
  "pids.max=x",
  "pids.max=Infinity",
  "cpu.weight=0x10",
  "cpu.shares=0b11",
  "cpu.max.burst=1_000",
  "cpu.cfs_period_us=1e5",
  "cpu.cfs_quota_us=0o7",
  "memory.swappiness=+5",
  "io.weight=0x20",
  "io.weight=8:0 0x20",
  "io.max=8:0 wiops=1e3",
  "blkio.weight=5e2",
  "blkio.throttle.read_iops_device=8:0 0x10",
  "misc.max=sev 1e1",
  "rdma.max=mlx4_0 hca_handle=0x2",
  "net_prio.ifpriomap=lo 0x5",
  "net_cls.classid=0b1",
])("parseSettings() refuses %s, whose number is none of decimal digits", (word) => {
  expect(() => parseSettings([word])).toThrow("a whole number, in decimal digits");
});

test("parseSettings() writes a file that it has no row for where its controller is", () => {
  const words = ["cpu.rt_runtime_us=1000"];
  expect(parseSettings(words, () => 1)).toEqual({ legacy: { "cpu.rt_runtime_us": "1000" } });
  expect(parseSettings(words, () => 2)).toEqual({ unified: { "cpu.rt_runtime_us": "1000" } });
});

test("parseSettings() refuses v1's sum of memory and swap below the limit of memory", () => {
  expect(() => parseSettings(["memory.max=2m", "memory.memsw.limit_in_bytes=1m"])).toThrow("is less than the limit");
});
