import { describe, expect, it } from "vitest";
import { limitChanges } from "../src/changes.ts";
import { bfqToWeight, weightToBfq } from "../src/convert.ts";
import type { Layout } from "../src/layout.ts";
import type { Limits } from "../src/limits.ts";
import { placesOf } from "../src/place.ts";

const V1_NAMES = ["memory", "cpu", "cpuset", "blkio", "hugetlb", "rdma", "misc", "net_cls", "net_prio"];
const LEGACY: Layout = {
  kind: "legacy",
  hierarchies: V1_NAMES.map((name) => ({ version: 1, controllers: [name], mountpoint: "", root: "/" })),
  unmounted: [],
  disabled: [],
};
const V2_NAMES = ["memory", "cpu", "cpuset", "io", "hugetlb", "rdma", "misc", "pids"];
const UNIFIED: Layout = {
  kind: "unified",
  hierarchies: [{ version: 2, controllers: V2_NAMES, mountpoint: "", root: "/" }],
  unmounted: ["net_cls", "net_prio"],
  disabled: [],
};

/** The writes for a new group as the shell would make them, or those of one that has files, and what takes them back. */
function shells(limits: Limits, layout: Layout): string[] {
  return limitChanges(layout, placesOf(layout, "/g"), limits).map(({ step }) => step.shell?.replace("/g/", "") ?? "");
}

function changes(limits: Limits, layout: Layout, files: Readonly<Record<string, string>>): [string, string][] {
  const read = (path: string): string | undefined => ({ tasks: "", ...files })[path.slice("/g/".length)];
  const made = limitChanges(layout, placesOf(layout, "/g"), limits, { read, devicePrograms: () => [] });
  const text = (shell = ""): string => shell.replace("echo ", "").replace("/g/", "");
  return made.map(({ step, undo }) => [text(step.shell), (undo ?? []).map((one) => text(one.shell)).join("; ")]);
}

describe("limits of a new group", () => {
  it.each<[Limits, string[], string[]]>([
    [{ cpu: { burstUs: 5000 } }, ["echo 5000 > cpu.cfs_burst_us"], ["echo 5000 > cpu.max.burst"]],
    [{ cpu: { idle: true } }, ["echo 1 > cpu.idle"], ["echo 1 > cpu.idle"]],
    [
      { cpu: { weight: 100, idle: true } },
      ["echo 1024 > cpu.shares", "echo 1 > cpu.idle"],
      ["echo 100 > cpu.weight", "echo 1 > cpu.idle"],
    ],
    [
      { cpu: { weight: 100, idle: false } },
      ["echo 0 > cpu.idle", "echo 1024 > cpu.shares"],
      ["echo 0 > cpu.idle", "echo 100 > cpu.weight"],
    ],
    [
      { cpuset: { cpus: "0-1,3", mems: "0" } },
      ["echo 0-1,3 > cpuset.cpus", "echo 0 > cpuset.mems"],
      ["echo 0-1,3 > cpuset.cpus", "echo 0 > cpuset.mems"],
    ],
    [{ io: { weight: 1000 } }, ["echo 181 > blkio.bfq.weight"], ["echo 'default 1000' > io.weight"]],
    [
      { io: { devices: [{ major: 8, minor: 16, weight: 50, rbps: "1m", wbps: 2048, riops: 100, wiops: "max" }] } },
      [
        "echo '8:16 50' > blkio.bfq.weight_device",
        "echo '8:16 1048576' > blkio.throttle.read_bps_device",
        "echo '8:16 2048' > blkio.throttle.write_bps_device",
        "echo '8:16 100' > blkio.throttle.read_iops_device",
        "echo '8:16 0' > blkio.throttle.write_iops_device",
      ],
      ["echo '8:16 50' > io.weight", "echo '8:16 rbps=1048576 wbps=2048 riops=100 wiops=max' > io.max"],
    ],
    [{ io: { devices: [{ major: 8, minor: 0 }] } }, [], []],
    [
      { hugetlb: { "2MB": { max: "4m", rsvdMax: "max" } } },
      ["echo 4194304 > hugetlb.2MB.limit_in_bytes", "echo -1 > hugetlb.2MB.rsvd.limit_in_bytes"],
      ["echo 4194304 > hugetlb.2MB.max", "echo max > hugetlb.2MB.rsvd.max"],
    ],
    [
      { rdma: { mlx4_0: { hcaHandle: 2, hcaObject: "max" } } },
      ["echo 'mlx4_0 hca_handle=2 hca_object=max' > rdma.max"],
      ["echo 'mlx4_0 hca_handle=2 hca_object=max' > rdma.max"],
    ],
    [{ misc: { sev: 3 } }, ["echo 'sev 3' > misc.max"], ["echo 'sev 3' > misc.max"]],
  ])("%j", (limits, v1, v2) => {
    expect(shells(limits, LEGACY)).toEqual(v1);
    expect(shells(limits, UNIFIED)).toEqual(v2);
  });

  it("are written to what only v1 has", () => {
    const memory = { swappiness: 10, kernel: "32m", kernelTcp: 4096, oomKillDisable: true } as const;
    expect(shells({ memory, netCls: { classid: 0x10_0001 }, netPrio: { ifpriomap: { lo: 5 } } }, LEGACY)).toEqual([
      "echo 33554432 > memory.kmem.limit_in_bytes",
      "echo 4096 > memory.kmem.tcp.limit_in_bytes",
      "echo 10 > memory.swappiness",
      "echo 1 > memory.oom_control",
      "echo 1048577 > net_cls.classid",
      "echo 'lo 5' > net_prio.ifpriomap",
    ]);
  });

  it("are written to what only v2 has", () => {
    const unified = { "memory.zswap.max": "0", "cgroup.max.descendants": "5" };
    expect(shells({ cpuset: { partition: "isolated" }, unified }, UNIFIED)).toEqual([
      "echo isolated > cpuset.cpus.partition",
      "echo 0 > memory.zswap.max",
      "echo 5 > cgroup.max.descendants",
    ]);
  });
});

describe("limits of a group that has some", () => {
  it("keep a burst below its quota, and know what takes each back", () => {
    const v1 = { "cpu.cfs_quota_us": "50000\n", "cpu.cfs_period_us": "100000\n", "cpu.cfs_burst_us": "20000\n" };
    expect(changes({ cpu: { max: { quotaUs: 10_000 }, burstUs: 5000 } }, LEGACY, v1)).toEqual([
      ["5000 > cpu.cfs_burst_us", "20000 > cpu.cfs_burst_us"],
      ["10000 > cpu.cfs_quota_us", "50000 > cpu.cfs_quota_us"],
    ]);
    const v2 = { "cgroup.controllers": "cpu\n", "cpu.max": "50000 100000\n", "cpu.max.burst": "20000\n" };
    expect(changes({ cpu: { max: { quotaUs: 90_000 }, burstUs: 80_000 } }, UNIFIED, v2)).toEqual([
      ["90000 > cpu.max", "'50000 100000' > cpu.max"],
      ["80000 > cpu.max.burst", "20000 > cpu.max.burst"],
    ]);
  });

  it("do not restore the weight that an idle group hides", () => {
    const files = { "cgroup.controllers": "cpu\n", "cpu.idle": "1\n", "cpu.weight": "0\n" };
    expect(changes({ cpu: { weight: 50, idle: false } }, UNIFIED, files)).toEqual([
      ["0 > cpu.idle", "1 > cpu.idle"],
      ["50 > cpu.weight", ""],
    ]);
  });

  it("restore the line of one device, or none", () => {
    const io = {
      weight: 50,
      devices: [
        { major: 8, minor: 0, rbps: 1 },
        { major: 8, minor: 16, wiops: 2 },
      ],
    };
    const v2 = {
      "cgroup.controllers": "io\n",
      "io.weight": "default 100\n8:0 200\n",
      "io.max": "8:0 rbps=max wbps=5 riops=max wiops=max\n",
    };
    expect(changes({ io }, UNIFIED, v2)).toEqual([
      ["'default 50' > io.weight", "'default 100' > io.weight"],
      ["'8:0 rbps=1' > io.max", "'8:0 rbps=max wbps=5 riops=max wiops=max' > io.max"],
      ["'8:16 wiops=2' > io.max", "'8:16 rbps=max wbps=max riops=max wiops=max' > io.max"],
    ]);
    const v1 = {
      "blkio.bfq.weight": "100\n",
      "blkio.throttle.read_bps_device": "8:0 7\n",
      "blkio.throttle.write_iops_device": "",
    };
    expect(changes({ io }, LEGACY, v1)).toEqual([
      ["50 > blkio.bfq.weight", "100 > blkio.bfq.weight"],
      ["'8:0 1' > blkio.throttle.read_bps_device", "'8:0 7' > blkio.throttle.read_bps_device"],
      ["'8:16 2' > blkio.throttle.write_iops_device", "'8:16 0' > blkio.throttle.write_iops_device"],
    ]);
  });

  it("restore an empty list of CPUs, and v1's oom_control", () => {
    const files = { "cgroup.controllers": "cpuset\n", "cpuset.cpus": "\n" };
    expect(changes({ cpuset: { cpus: "1" } }, UNIFIED, files)).toEqual([["1 > cpuset.cpus", "'\n' > cpuset.cpus"]]);
    const oom = { "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n" };
    expect(changes({ memory: { oomKillDisable: true } }, LEGACY, oom)).toEqual([
      ["1 > memory.oom_control", "0 > memory.oom_control"],
    ]);
  });
});

describe("limits that are refused", () => {
  it.each<[Limits, Layout, string, string]>([
    [{ cpu: { burstUs: -1 } }, LEGACY, "WB_CGROUP_LIMIT", "cpu.max.burst (microseconds) is -1"],
    [{ cpu: { burstUs: 2000, max: { quotaUs: 1000 } } }, UNIFIED, "WB_CGROUP_LIMIT", "from 0 to 1000"],
    [{ cpuset: { cpus: "3-1" } }, LEGACY, "WB_CGROUP_LIMIT", 'cpuset.cpus is "3-1"; it must be a list such as 0-3,5'],
    [{ cpuset: { mems: "0,,1" } }, UNIFIED, "WB_CGROUP_LIMIT", 'cpuset.mems is "0,,1"'],
    [{ cpuset: { partition: "root" } }, LEGACY, "WB_CGROUP_LIMIT", "exists on cgroup v2 only"],
    [{ cpuset: { partition: "x" as "root" } }, UNIFIED, "WB_CGROUP_LIMIT", "it must be member, root, isolated"],
    [{ memory: { swappiness: 201 } }, LEGACY, "WB_CGROUP_LIMIT", "from 0 to 200"],
    [{ memory: { swappiness: 10 } }, UNIFIED, "WB_CGROUP_LIMIT", "memory.swappiness exists on cgroup v1 only"],
    [{ memory: { oomKillDisable: true } }, UNIFIED, "WB_CGROUP_LIMIT", "memory.oom_control exists on cgroup v1 only"],
    [{ io: { weight: 0 } }, LEGACY, "WB_CGROUP_LIMIT", "io.weight is 0; it must be a whole number from 1 to 10000"],
    [{ io: { devices: [{ major: -1, minor: 0 }] } }, UNIFIED, "WB_CGROUP_LIMIT", "the major number"],
    [{ io: { devices: [{ major: 8, minor: 0, rbps: 0 }] } }, LEGACY, "WB_CGROUP_LIMIT", "rbps of 8:0 in io.max is 0"],
    [{ hugetlb: { "2mb": { max: 1 } } }, UNIFIED, "WB_CGROUP_LIMIT", '"2mb" is no size of huge pages'],
    [{ rdma: { "a b": { hcaHandle: 1 } } }, UNIFIED, "WB_CGROUP_LIMIT", 'cannot have a line for "a b"'],
    [{ misc: { sev: -1 } }, LEGACY, "WB_CGROUP_LIMIT", "sev in misc.max is -1"],
    [{ netCls: { classid: 2 ** 32 } }, LEGACY, "WB_CGROUP_LIMIT", "net_cls.classid is 4294967296"],
    [{ netCls: { classid: 1 } }, UNIFIED, "WB_CGROUP_CONTROLLER", "net_cls.classid=1 needs the controller net_cls"],
    [{ unified: { "memory.high": "1" } }, LEGACY, "WB_CGROUP_CONTROLLER", "and it is on v1 here"],
    [{ unified: { "../x": "1" } }, UNIFIED, "WB_CGROUP_LIMIT", 'unified: "../x" is no name of a file'],
    [{ unified: { "cgroup.kill": "1" } }, UNIFIED, "WB_CGROUP_LIMIT", 'unified: "cgroup.kill" is no limit'],
    [{ unified: { "no.such": "1" } }, UNIFIED, "WB_CGROUP_CONTROLLER", "which this kernel does not have"],
  ])("%j", (limits, layout, code, why) => {
    expect(() => shells(limits, layout)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(why) }),
    );
  });
});

describe("weightToBfq()", () => {
  it.each([
    [1, 1],
    [100, 100],
    [101, 100],
    [1000, 181],
    [10_000, 1000],
  ])("%d is %d", (weight, bfq) => {
    expect(weightToBfq(weight)).toBe(bfq);
  });
});

describe("bfqToWeight()", () => {
  it("gives a weight that becomes the same again", () => {
    for (let weight = 1; weight <= 1000; weight++) expect(weightToBfq(bfqToWeight(weight))).toBe(weight);
  });
});

describe("legacy", () => {
  it.each<[Record<string, string>, [string, string][]]>([
    [{ "cpuset.memory_migrate": "1" }, [["1 > cpuset.memory_migrate", "0 > cpuset.memory_migrate"]]],
    [{ "devices.allow": "c 1:3 rw" }, [["'c 1:3 rw' > devices.allow", "'c 1:3 w' > devices.deny"]]],
    [
      { "devices.deny": "c 1:3 r" },
      [["'c 1:3 r' > devices.deny", "'c 1:3 r' > devices.allow; 'c 1:5 rwm' > devices.allow"]],
    ],
    [
      { "devices.allow": "a" },
      [["a > devices.allow", "a > devices.deny; 'c 1:3 r' > devices.allow; 'c 1:5 rwm' > devices.allow"]],
    ],
  ])("%j is written as it is, and taken back", (legacy, expected) => {
    const files = { "cpuset.memory_migrate": "0\n", "devices.list": "c 1:3 r\nc 1:5 rwm\n" };
    const hierarchies = [{ version: 1 as const, controllers: ["devices"], mountpoint: "", root: "/" }];
    const withDevices: Layout = { ...LEGACY, hierarchies: [...LEGACY.hierarchies, ...hierarchies] };
    expect(changes({ legacy }, withDevices, files)).toEqual(expected);
  });

  it("writes notify_on_release into every v1 hierarchy", () => {
    expect(shells({ legacy: { notify_on_release: "1" } }, LEGACY)).toHaveLength(V1_NAMES.length);
  });

  it.each([
    ["release_agent", "is no setting of a cgroup v1 group"],
    ["cgroup.procs", "is no setting of a cgroup v1 group"],
    ["../memory.swappiness", "is no setting of a cgroup v1 group"],
    ["memory/../../x.y", "is no setting of a cgroup v1 group"],
    ["pids.max", "needs pids on cgroup v1, where it is not"],
  ])("refuses %j", (file, why) => {
    expect(() => shells({ legacy: { [file]: "1" } }, LEGACY)).toThrow(why);
  });

  it("refuses what is on v2", () => {
    expect(() => shells({ legacy: { "memory.swappiness": "1" } }, UNIFIED)).toThrow("and it is on v2 here");
    expect(() => shells({ legacy: { notify_on_release: "1" } }, UNIFIED)).toThrow("cgroup v1, which is not mounted");
  });
});
