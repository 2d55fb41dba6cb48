import { expect, test } from "vitest";
import { CGROUP_KEYS } from "../src/commands/cgroup-keys.ts";

const NO_LIMIT = "9223372036854771712\n";

/** What v1's files hold, as a kernel writes them, and what v2 would. */
test.for<[key: string, files: Record<string, string>, expected: string | undefined]>([
  ["memory.max", { "memory.limit_in_bytes": "33554432\n" }, "33554432"],
  ["memory.max", { "memory.limit_in_bytes": NO_LIMIT }, "max"],
  ["memory.max", {}, undefined],
  ["memory.low", { "memory.soft_limit_in_bytes": "4096\n" }, "4096"],
  ["memory.swap.max", { "memory.memsw.limit_in_bytes": "300\n", "memory.limit_in_bytes": "100\n" }, "200"],
  ["memory.swap.max", { "memory.memsw.limit_in_bytes": NO_LIMIT, "memory.limit_in_bytes": "100\n" }, "max"],
  ["memory.swap.max", { "memory.limit_in_bytes": "100\n" }, undefined],
  ["cpu.max", { "cpu.cfs_quota_us": "50000\n", "cpu.cfs_period_us": "100000\n" }, "50000 100000"],
  ["cpu.max", { "cpu.cfs_quota_us": "-1\n", "cpu.cfs_period_us": "100000\n" }, "max 100000"],
  ["cpu.weight", { "cpu.shares": "1024\n" }, "100"],
  ["cpu.weight", { "cpu.shares": "1024\n", "cpu.idle": "1\n" }, "0"],
  ["cpu.max.burst", { "cpu.cfs_burst_us": "5\n" }, "5"],
  ["pids.max", { "pids.max": "max\n" }, "max"],
  ["io.weight", { "blkio.bfq.weight": "100\n" }, "default 100"],
  ["io.weight", { "blkio.bfq.weight": "100\n", "blkio.bfq.weight_device": "8:0\t181\n" }, "default 100\n8:0 991"],
  ["io.max", { "blkio.throttle.read_bps_device": "" }, ""],
  [
    "io.max",
    { "blkio.throttle.read_bps_device": "8:0 1048576\n", "blkio.throttle.write_iops_device": "8:0 5\n8:16 7\n" },
    "8:0 rbps=1048576 wbps=max riops=max wiops=5\n8:16 rbps=max wbps=max riops=max wiops=7",
  ],
  ["cpuset.cpus", { "cpuset.cpus": "0-1\n" }, "0-1"],
])("%s of %j is %j", ([key, files, expected]) => {
  expect(CGROUP_KEYS[key]?.onV1?.((file) => files[file])).toBe(expected);
});
