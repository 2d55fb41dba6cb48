import type { Limits } from "@wb/cgroup";
import { RUNTIME_DEVICE_RULES } from "@wb/security";
import { describe, expect, test } from "vitest";
import type { Resources } from "../src/oci/resources.ts";
import { cgroupLimits, ociResources } from "../src/runtime/resources.ts";

const V1 = { swap: true, blkio: true };
const V2 = { swap: true, blkio: false };

/** What is the same thing in both forms. */
const BOTH: readonly [Resources, Limits][] = [
  [{}, {}],
  [{ memory: { limit: 67_108_864 } }, { memory: { max: 67_108_864 } }],
  [{ memory: { reservation: 1024 } }, { memory: { low: 1024 } }],
  // The specification counts memory and swap together, v2 and @wb/cgroup swap alone.
  [{ memory: { limit: 100, swap: 250 } }, { memory: { max: 100, swapMax: 150 } }],
  [{ memory: { limit: 100, swap: 100 } }, { memory: { max: 100, swapMax: 0 } }],
  [{ memory: { limit: 100, swap: -1 } }, { memory: { max: 100, swapMax: "max" } }],
  [{ memory: { limit: -1, swap: -1 } }, { memory: { max: "max", swapMax: "max" } }],
  [{ memory: { limit: -1, swap: 250 } }, { memory: { max: "max", swapMax: 250 } }],
  [
    { memory: { kernel: 4096, kernelTCP: -1, swappiness: 0, disableOOMKiller: true } },
    { memory: { kernel: 4096, kernelTcp: "max", swappiness: 0, oomKillDisable: true } },
  ],
  [{ cpu: { shares: 512 } }, { cpu: { shares: 512 } }],
  [{ cpu: { quota: 20_000, period: 100_000 } }, { cpu: { max: { quotaUs: 20_000, periodUs: 100_000 } } }],
  [{ cpu: { quota: -1 } }, { cpu: { max: { quotaUs: "max" } } }],
  [{ cpu: { period: 50_000 } }, { cpu: { max: { periodUs: 50_000 } } }],
  [{ cpu: { burst: 0, idle: 1 } }, { cpu: { burstUs: 0, idle: true } }],
  [{ cpu: { idle: 0 } }, { cpu: { idle: false } }],
  [{ cpu: { cpus: "0-1", mems: "0" } }, { cpuset: { cpus: "0-1", mems: "0" } }],
  [
    { cpu: { realtimePeriod: 1_000_000, realtimeRuntime: 950_000 } },
    { legacy: { "cpu.rt_period_us": "1000000", "cpu.rt_runtime_us": "950000" } },
  ],
  [{ pids: { limit: 100 } }, { pids: { max: 100 } }],
  [{ pids: { limit: -1 } }, { pids: { max: "max" } }],
  [
    { hugepageLimits: [{ pageSize: "2MB", limit: 4_194_304 }] },
    { hugetlb: { "2MB": { max: 4_194_304, rsvdMax: 4_194_304 } } },
  ],
  [{ network: { classID: 0x10_0001 } }, { netCls: { classid: 0x10_0001 } }],
  [{ network: { priorities: [{ name: "eth0", priority: 5 }] } }, { netPrio: { ifpriomap: { eth0: 5 } } }],
  [{ rdma: { mlx4_0: { hcaHandles: 2, hcaObjects: 0 } } }, { rdma: { mlx4_0: { hcaHandle: 2, hcaObject: 0 } } }],
  [{ unified: { "memory.high": "64M" } }, { unified: { "memory.high": "64M" } }],
  [
    { blockIO: { throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1024 }] } },
    { io: { devices: [{ major: 8, minor: 0, rbps: 1024 }] } },
  ],
  [
    {
      blockIO: {
        throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1024 }],
        throttleWriteBpsDevice: [{ major: 8, minor: 0, rate: 0 }],
        throttleReadIOPSDevice: [{ major: 8, minor: 16, rate: 5 }],
        throttleWriteIOPSDevice: [{ major: 8, minor: 16, rate: 6 }],
      },
    },
    {
      io: {
        devices: [
          { major: 8, minor: 0, rbps: 1024, wbps: "max" },
          { major: 8, minor: 16, riops: 5, wiops: 6 },
        ],
      },
    },
  ],
];

test.for(BOTH)("cgroupLimits(%j) is %j, and ociResources() the other way round", ([resources, limits]) => {
  for (const accounting of [V1, V2]) {
    expect(cgroupLimits(resources, accounting)).toEqual(limits);
    expect(ociResources(limits, accounting)).toEqual(resources);
  }
});

describe("cgroupLimits()", () => {
  test.for<[Resources, Limits]>([
    [{ memory: { limit: 0, reservation: 0, swap: 0 }, cpu: { shares: 0, quota: 0, period: 0, cpus: "" } }, {}],
    [{ memory: { useHierarchy: true, checkBeforeUpdate: true } }, {}],
    [{ pids: { limit: 0 } }, { pids: { max: 1 } }],
    [{ pids: {} }, {}],
    [{ blockIO: { weight: 0, leafWeight: 0, weightDevice: [] }, hugepageLimits: [], network: {} }, {}],
  ])("of %j is %j", ([resources, limits]) => {
    expect(cgroupLimits(resources)).toEqual(limits);
  });

  // With memory also swap is without a limit, where swap is accounted for: opencontainers/cgroups, memory.go.
  test("lifts the limit of swap with that of memory", () => {
    expect(cgroupLimits({ memory: { limit: -1 } }, V2)).toEqual({ memory: { max: "max", swapMax: "max" } });
    expect(cgroupLimits({ memory: { limit: -1 } }, { ...V1, swap: false })).toEqual({ memory: { max: "max" } });
  });

  test.for([
    [10, 1, 10],
    [100, 910, 100],
    [500, 4950, 4500],
    [1000, 10_000, 10_000],
  ] as const)("makes the weight %d of block I/O %d for v2, and for v1 one that becomes itself", ([weight, v2, v1]) => {
    const resources = { blockIO: { weight, weightDevice: [{ major: 8, minor: 0, weight }] } };
    const limits = (one: number): Limits => ({ io: { weight: one, devices: [{ major: 8, minor: 0, weight: one }] } });
    expect(cgroupLimits(resources, V2)).toEqual(limits(v2));
    expect(cgroupLimits(resources, V1)).toEqual(limits(v1));
  });

  test.for<[Resources, string]>([
    [{ memory: { limit: 200, swap: 100 } }, "the limit of memory and swap, 100, must not be below that of memory, 200"],
    [{ memory: { swap: 100 } }, "the limit of memory and swap, 100, needs one of memory alone"],
    [{ blockIO: { weight: 9 } }, "the weight of block I/O is 9; it must be a whole number from 10 to 1000"],
    [{ blockIO: { weightDevice: [{ major: 8, minor: 0, weight: 1001 }] } }, "the weight of block I/O is 1001"],
    [{ blockIO: { leafWeight: 10 } }, "leafWeight 10 is one of the CFQ scheduler"],
    [{ blockIO: { weightDevice: [{ major: 8, minor: 0, leafWeight: 10 }] } }, "leafWeight 10"],
  ])("refuses %j: %s", ([resources, message]) => {
    expect(() => cgroupLimits(resources)).toThrow(message);
  });

  test("allows after all rules the devices that every container has", () => {
    const rules = [{ allow: false, access: "rwm" }];
    expect(cgroupLimits({ devices: rules })).toEqual({ devices: [...rules, ...RUNTIME_DEVICE_RULES] });
    expect(ociResources(cgroupLimits({ devices: rules }))).toEqual({ devices: rules });
  });

  test("takes the device number -1 for every one", () => {
    const rule = { allow: true, type: "c", major: 10, minor: -1, access: "r" } as const;
    expect(cgroupLimits({ devices: [rule] }).devices?.[1]).toEqual({ allow: true, type: "c", major: 10, access: "r" });
  });

  test("denies the devices that a list does not name, unless it begins with all of them", () => {
    const one = { allow: true, type: "c", major: 1, minor: 3, access: "rwm" } as const;
    for (const devices of [[], [one], [{ allow: true, access: "r" }]]) {
      expect(cgroupLimits({ devices }).devices?.[0]).toEqual({ allow: false, access: "rwm" });
    }
    for (const first of [{ allow: true }, { allow: false, type: "a", access: "mwr" } as const]) {
      expect(cgroupLimits({ devices: [first, one] }).devices?.slice(0, 2)).toEqual([first, one]);
    }
  });
});

describe("ociResources()", () => {
  test("gives every weight of block I/O back", () => {
    for (let weight = 10; weight <= 1000; weight++) {
      for (const accounting of [V1, V2])
        expect(ociResources(cgroupLimits({ blockIO: { weight } }, accounting), accounting)).toEqual({
          blockIO: { weight },
        });
    }
  });

  test.for<[Limits, Resources]>([
    [{ memory: { max: "64m", swapMax: "64m" } }, { memory: { limit: 67_108_864, swap: 134_217_728 } }],
    [
      { memory: { high: "1k", min: 0, oomGroup: true } },
      { unified: { "memory.high": "1024", "memory.min": "0", "memory.oom.group": "1" } },
    ],
    [{ memory: { swapMax: 5 } }, { unified: { "memory.swap.max": "5" } }],
    [{ memory: { max: "max", swapMax: 0 } }, { memory: { limit: -1 }, unified: { "memory.swap.max": "0" } }],
    [{ cpu: { weight: 100 } }, { cpu: { shares: 1024 } }],
    [{ cpuset: { partition: "root" } }, { unified: { "cpuset.cpus.partition": "root" } }],
    [{ io: { weight: 12 } }, { unified: { "io.weight": "default 12" } }],
    [{ misc: { sev: 3 } }, { unified: { "misc.max": "sev 3" } }],
    [
      { hugetlb: { "2MB": { max: "max" }, "1GB": { max: 0, rsvdMax: "1g" } } },
      {
        unified: {
          "hugetlb.2MB.max": "max",
          "hugetlb.1GB.max": "0",
          "hugetlb.1GB.rsvd.max": "1073741824",
        },
      },
    ],
  ])("of %j is %j", ([limits, resources]) => {
    expect(ociResources(limits, V2)).toEqual(resources);
  });

  test.for<[Limits, string]>([
    [{ misc: { sev: 3, sev_es: 4 } }, "no word for misc.max of both sev 3 and sev_es 4"],
    [{ io: { devices: [{ major: 8, minor: 0, weight: 12 }] } }, "no word for io.weight=12 of the device 8:0"],
    [{ legacy: { "cpuset.memory_migrate": "1" } }, "no word for v1's cpuset.memory_migrate"],
  ])("refuses %j: %s", ([limits, message]) => {
    expect(() => ociResources(limits, V2)).toThrow(message);
  });
});
