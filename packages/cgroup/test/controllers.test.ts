import { describe, expect, it } from "vitest";
import type { Current } from "../src/controller.ts";
import { writesOf } from "../src/controllers.ts";
import { CgroupError } from "../src/error.ts";
import type { Limits } from "../src/limits.ts";

const MB = 1024 ** 2;
const fresh: Current = () => undefined;

function writes(limits: Limits, version: 1 | 2, current: Current = fresh): string[] {
  const all = (["memory", "cpu", "pids"] as const).flatMap((name) => writesOf(name, limits, version, current));
  return all.map(({ file, value }) => `${file} = ${value}`);
}

const holding =
  (files: Record<string, string>): Current =>
  (file) =>
    files[file];

describe("limits of a new group", () => {
  it.each<[Limits, string[], string[]]>([
    [{}, [], []],
    [{ memory: {} }, [], []],
    [{ memory: { max: 64 * MB } }, ["memory.limit_in_bytes = 67108864"], ["memory.max = 67108864"]],
    [{ memory: { max: "1.5m" } }, ["memory.limit_in_bytes = 1572864"], ["memory.max = 1572864"]],
    [{ memory: { max: "max" } }, ["memory.limit_in_bytes = -1"], ["memory.max = max"]],
    [{ memory: { max: 0 } }, ["memory.limit_in_bytes = 0"], ["memory.max = 0"]],
    [
      { memory: { max: 64 * MB, swapMax: 0 } },
      ["memory.limit_in_bytes = 67108864", "memory.memsw.limit_in_bytes = 67108864"],
      ["memory.max = 67108864", "memory.swap.max = 0"],
    ],
    [
      { memory: { max: 64 * MB, swapMax: 64 * MB } },
      ["memory.limit_in_bytes = 67108864", "memory.memsw.limit_in_bytes = 134217728"],
      ["memory.max = 67108864", "memory.swap.max = 67108864"],
    ],
    [{ memory: { swapMax: "max" } }, ["memory.memsw.limit_in_bytes = -1"], ["memory.swap.max = max"]],
    [{ memory: { low: 8 * MB } }, ["memory.soft_limit_in_bytes = 8388608"], ["memory.low = 8388608"]],
    [{ cpu: { weight: 100 } }, ["cpu.shares = 1024"], ["cpu.weight = 100"]],
    [{ cpu: { weight: 1 } }, ["cpu.shares = 2"], ["cpu.weight = 1"]],
    [{ cpu: { shares: 512 } }, ["cpu.shares = 512"], ["cpu.weight = 59"]],
    [{ cpu: { max: { quotaUs: 50_000 } } }, ["cpu.cfs_quota_us = 50000"], ["cpu.max = 50000"]],
    [{ cpu: { max: { quotaUs: "max" } } }, ["cpu.cfs_quota_us = -1"], ["cpu.max = max"]],
    [
      { cpu: { max: { quotaUs: 5000, periodUs: 10_000 } } },
      ["cpu.cfs_quota_us = 5000", "cpu.cfs_period_us = 10000"],
      ["cpu.max = 5000 10000"],
    ],
    [
      { cpu: { max: { quotaUs: 500_000, periodUs: 1_000_000 } } },
      ["cpu.cfs_period_us = 1000000", "cpu.cfs_quota_us = 500000"],
      ["cpu.max = 500000 1000000"],
    ],
    [{ cpu: { max: { periodUs: 50_000 } } }, ["cpu.cfs_period_us = 50000"], ["cpu.max = max 50000"]],
    [{ pids: { max: 20 } }, ["pids.max = 20"], ["pids.max = 20"]],
    [{ pids: { max: 0 } }, ["pids.max = 0"], ["pids.max = 0"]],
    [{ pids: { max: "max" } }, ["pids.max = max"], ["pids.max = max"]],
  ])("%j", (limits, v1, v2) => {
    expect(writes(limits, 1)).toEqual(v1);
    expect(writes(limits, 2)).toEqual(v2);
  });

  it("does not miss on v1 what asks for nothing", () => {
    expect(writes({ memory: { min: 0, high: "max", oomGroup: false } }, 1)).toEqual([]);
  });

  it("writes what only v2 has", () => {
    expect(writes({ memory: { min: 1, low: 2, high: 3, max: 4, oomGroup: true } }, 2)).toEqual([
      "memory.min = 1",
      "memory.low = 2",
      "memory.high = 3",
      "memory.max = 4",
      "memory.oom.group = 1",
    ]);
  });
});

describe("limits of a group that has some", () => {
  const now = holding({ "memory.limit_in_bytes": "67108864\n", "memory.memsw.limit_in_bytes": "134217728\n" });

  it("writes the sum first when the limit is raised above it", () => {
    expect(writes({ memory: { max: 256 * MB, swapMax: 0 } }, 1, now)).toEqual([
      "memory.memsw.limit_in_bytes = 268435456",
      "memory.limit_in_bytes = 268435456",
    ]);
    expect(writes({ memory: { max: "max", swapMax: "max" } }, 1, now)).toEqual([
      "memory.memsw.limit_in_bytes = -1",
      "memory.limit_in_bytes = -1",
    ]);
  });

  it("writes the limit first when both are lowered", () => {
    expect(writes({ memory: { max: 32 * MB, swapMax: 0 } }, 1, now)).toEqual([
      "memory.limit_in_bytes = 33554432",
      "memory.memsw.limit_in_bytes = 33554432",
    ]);
  });

  it("adds swap to the limit that there is", () => {
    expect(writes({ memory: { swapMax: MB } }, 1, now)).toEqual(["memory.memsw.limit_in_bytes = 68157440"]);
  });

  it("never lets the share of a CPU be larger in between than before and after", () => {
    const half = holding({
      "cpu.cfs_quota_us": "50000\n",
      "cpu.cfs_period_us": "100000\n",
      "cpu.max": "50000 100000\n",
    });
    expect(writes({ cpu: { max: { quotaUs: 5000, periodUs: 10_000 } } }, 1, half)).toEqual([
      "cpu.cfs_quota_us = 5000",
      "cpu.cfs_period_us = 10000",
    ]);
    expect(writes({ cpu: { max: { quotaUs: 100_000, periodUs: 200_000 } } }, 1, half)).toEqual([
      "cpu.cfs_period_us = 200000",
      "cpu.cfs_quota_us = 100000",
    ]);
    expect(writes({ cpu: { max: { periodUs: 200_000 } } }, 2, half)).toEqual(["cpu.max = 50000 200000"]);
  });
});

describe("limits that are refused", () => {
  it.each<[Limits, 1 | 2, string]>([
    [{ memory: { max: -1 } }, 2, "memory.max is -1"],
    [{ memory: { max: 1.5 } }, 1, "memory.max is 1.5"],
    [
      { memory: { max: "lots" as "1m" } },
      1,
      "memory.max is lots; it must be a whole number of at least 0, a size such as 512m",
    ],
    [{ memory: { high: "-1m" } }, 2, "memory.high is -1m"],
    [{ memory: { swapMax: Number.NaN } }, 2, "memory.swap.max is NaN"],
    [{ memory: { swapMax: MB } }, 1, "on cgroup v1 memory.swap.max cannot be 1048576"],
    [{ memory: { high: MB } }, 1, "memory.high exists on cgroup v2 only"],
    [{ memory: { min: 1 } }, 1, "memory.min exists on cgroup v2 only"],
    [{ memory: { oomGroup: true } }, 1, "memory.oom.group exists on cgroup v2 only"],
    [{ cpu: { weight: 0 } }, 2, "from 1 to 10000"],
    [{ cpu: { weight: 10_001 } }, 1, "from 1 to 10000"],
    [{ cpu: { shares: 1 } }, 1, "from 2 to 262144"],
    [{ cpu: { shares: 1024, weight: 100 } }, 2, "give one of them"],
    [{ cpu: { max: { quotaUs: 999 } } }, 2, "at least 1000"],
    [{ cpu: { max: { periodUs: 2_000_000 } } }, 1, "from 1000 to 1000000"],
    [{ pids: { max: -1 } }, 2, "pids.max is -1"],
    [{ pids: { max: 2 ** 23 } }, 1, "from 0 to 4194304"],
  ])("%j on v%d", (limits, version, why) => {
    expect(() => writes(limits, version)).toThrow(CgroupError);
    expect(() => writes(limits, version)).toThrow(
      expect.objectContaining({ code: "WB_CGROUP_LIMIT", message: expect.stringContaining(why) }),
    );
  });
});
