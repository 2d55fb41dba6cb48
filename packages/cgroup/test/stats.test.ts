import { describe, expect, it } from "vitest";
import { statsOf } from "../src/controllers.ts";
import { parseFlatKeyed, parseSingle } from "../src/parse.ts";

/** Files of a group of the build machine, Linux 6.18. */
const V1: Record<string, string> = {
  "memory.usage_in_bytes": "790528\n",
  "memory.max_usage_in_bytes": "946176\n",
  "memory.limit_in_bytes": "9223372036854771712\n",
  "memory.soft_limit_in_bytes": "9223372036854771712\n",
  "memory.memsw.usage_in_bytes": "790528\n",
  "memory.memsw.limit_in_bytes": "9223372036854771712\n",
  "memory.failcnt": "12\n",
  "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
  "memory.stat":
    "cache 1\nrss 2\npgfault 3\nhierarchical_memory_limit 7\ntotal_cache 10\ntotal_rss 20\ntotal_pgfault 30\ntotal_new 4\n",
  "cpuacct.usage": "69560000\n",
  "cpuacct.usage_user": "4000000\n",
  "cpuacct.usage_sys": "12000000\n",
  "cpu.stat": "nr_periods 12\nnr_throttled 3\nthrottled_time 45678901\nnr_bursts 1\nburst_time 2000\nnew 5\n",
  "pids.current": "2\n",
  "pids.max": "max\n",
  "pids.peak": "3\n",
  "pids.events": "max 4\n",
  "cpuset.effective_cpus": "0-1\n",
  "cpuset.effective_mems": "0\n",
  "blkio.bfq.io_service_bytes_recursive":
    "254:0 Read 4096\n254:0 Write 8192\n254:0 Discard 0\n254:0 Total 12288\nTotal 12288\n",
  "blkio.bfq.io_serviced_recursive": "254:0 Read 1\n254:0 Write 2\n254:0 Discard 0\n254:0 Total 3\nTotal 3\n",
  "blkio.throttle.io_service_bytes_recursive":
    "7:0 Read 512\n7:0 Write 0\n7:0 Sync 512\n7:0 Total 512\n254:0 Read 99\nTotal 512\n",
  "blkio.throttle.io_serviced_recursive": "7:0 Read 1\n7:0 Write 0\n254:0 Read 99\nTotal 1\n",
  "hugetlb.2MB.usage_in_bytes": "2097152\n",
  "hugetlb.2MB.limit_in_bytes": "9223372036854771712\n",
  "hugetlb.2MB.failcnt": "6\n",
  "rdma.current": "mlx4_0 hca_handle=2 hca_object=2000\nocrdma1 hca_handle=1 hca_object=0\n",
  "misc.current": "sev 3\nsev_es 0\n",
};

/** Files of a group of a Debian 13 guest, Linux 6.12. */
const V2: Record<string, string> = {
  "memory.current": "790528\n",
  "memory.peak": "946176\n",
  "memory.max": "67108864\n",
  "memory.high": "max\n",
  "memory.low": "4096\n",
  "memory.min": "0\n",
  "memory.swap.current": "4096\n",
  "memory.swap.max": "max\n",
  "memory.events": "low 0\nhigh 0\nmax 12\noom 3\noom_kill 3\noom_group_kill 0\n",
  "memory.stat": "anon 20\nfile 10\npgfault 30\nnew 4\n",
  "cpu.stat":
    "usage_usec 69560\nuser_usec 17390\nsystem_usec 52170\nnice_usec 0\nnr_periods 12\nnr_throttled 3\nthrottled_usec 45678\nnr_bursts 1\nburst_usec 2\n",
  "cpu.pressure":
    "some avg10=1.50 avg60=0.20 avg300=0.03 total=4688890\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
  "irq.pressure": "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n",
  "pids.current": "2\n",
  "pids.max": "10\n",
  "pids.peak": "3\n",
  "pids.events": "max 4\n",
  "cpuset.cpus.effective": "0-1\n",
  "cpuset.mems.effective": "0\n",
  "io.stat": "254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0 cost.usage=5\n7:0 \n",
  "hugetlb.2MB.current": "2097152\n",
  "hugetlb.2MB.max": "max\n",
  "hugetlb.2MB.rsvd.current": "0\n",
  "hugetlb.2MB.rsvd.max": "4194304\n",
  "hugetlb.2MB.events": "max 6\n",
  "rdma.current": "mlx4_0 hca_handle=2 hca_object=2000\nocrdma1 hca_handle=1 hca_object=0\n",
  "misc.current": "sev 3\nsev_es 0\n",
};

const none = (): undefined => undefined;

const cpu = {
  usageUs: 69_560,
  userUs: 17_390,
  systemUs: 52_170,
  periods: 12,
  throttledPeriods: 3,
  throttledUs: 45_678,
  bursts: 1,
  burstUs: 2,
};
const disk = { major: 254, minor: 0, rbytes: 4096, wbytes: 8192, dbytes: 0, rios: 1, wios: 2, dios: 0 };
const same = {
  cpuset: { cpus: "0-1", mems: "0" },
  rdma: { mlx4_0: { hca_handle: 2, hca_object: 2000 }, ocrdma1: { hca_handle: 1, hca_object: 0 } },
  misc: { sev: 3, sev_es: 0 },
};

describe("statsOf()", () => {
  it("has the same shape on v1", () => {
    expect(statsOf((file) => V1[file], none)).toEqual({
      ...same,
      memory: {
        current: 790_528,
        peak: 946_176,
        max: "max",
        low: "max",
        swapCurrent: 0,
        swapMax: "max",
        oomKill: 3,
        events: { max: 12, oom_kill: 3 },
        stat: { hierarchical_memory_limit: 7, file: 10, anon: 20, pgfault: 30, new: 4 },
      },
      cpu: { ...cpu, stat: { new: 5 } },
      pids: { current: 2, max: "max", peak: 3, refused: 4 },
      io: {
        devices: [{ major: 7, minor: 0, rbytes: 512, wbytes: 0, dbytes: 0, rios: 1, wios: 0, dios: 0 }, disk],
      },
      hugetlb: { "2MB": { current: 2_097_152, max: "max", refused: 6 } },
    });
  });

  it("has the same shape on v2", () => {
    expect(statsOf(none, (file) => V2[file])).toEqual({
      ...same,
      memory: {
        current: 790_528,
        peak: 946_176,
        max: 67_108_864,
        high: "max",
        low: 4096,
        min: 0,
        swapCurrent: 4096,
        swapMax: "max",
        oomKill: 3,
        events: { low: 0, high: 0, max: 12, oom: 3, oom_kill: 3, oom_group_kill: 0 },
        stat: { file: 10, anon: 20, pgfault: 30, new: 4 },
      },
      cpu: { ...cpu, stat: { nice_usec: 0 } },
      pids: { current: 2, max: 10, peak: 3, refused: 4 },
      io: { devices: [{ ...disk, stat: { "cost.usage": 5 } }] },
      hugetlb: { "2MB": { current: 2_097_152, max: "max", rsvdCurrent: 0, rsvdMax: 4_194_304, refused: 6 } },
      pressure: {
        cpu: {
          some: { avg10: 1.5, avg60: 0.2, avg300: 0.03, totalUs: 4_688_890 },
          full: { avg10: 0, avg60: 0, avg300: 0, totalUs: 0 },
        },
        irq: { full: { avg10: 0, avg60: 0, avg300: 0, totalUs: 7 } },
      },
    });
  });

  it("has what a disk does under the policy that counts it, on v1", () => {
    const throttled = { ...V1, "blkio.bfq.io_service_bytes_recursive": "Total 0\n" };
    const { io } = statsOf((file) => ({ ...throttled, "blkio.bfq.io_serviced_recursive": "Total 0\n" })[file], none);
    expect(io?.devices.map(({ major, rbytes }) => [major, rbytes])).toEqual([
      [7, 512],
      [254, 99],
    ]);
  });

  it("leaves out what a group does not have", () => {
    expect(statsOf(none, (file) => (file === "cpu.stat" ? "usage_usec 5\n" : undefined))).toEqual({
      cpu: { usageUs: 5 },
    });
    expect(statsOf((file) => (file === "memory.usage_in_bytes" ? "7\n" : undefined), none)).toEqual({
      memory: { current: 7, max: "max" },
    });
    expect(statsOf((file) => (file === "blkio.bfq.weight" ? "100\n" : undefined), none)).toEqual({});
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
