import { expect, test } from "vitest";
import { eventStats } from "../../src/oci/event-stats.ts";
import { formatJson } from "../../src/oci/validate/format-json.ts";

test("eventStats() has runc's shape and units", () => {
  const stats = eventStats({
    cpu: { usageUs: 5, userUs: 2, systemUs: 3, periods: 7, throttledPeriods: 1, throttledUs: 4 },
    memory: { current: 10, max: 100, peak: 20, swapCurrent: 1, swapMax: 50, stat: { file: 3 }, events: { max: 2 } },
    pids: { current: 4, max: 9 },
    cpuset: { cpus: "0-2,5", mems: "0" },
    io: { devices: [{ major: 8, minor: 0, rbytes: 1, wbytes: 2, dbytes: 0, rios: 3, wios: 4, dios: 0 }] },
    hugetlb: { "2MB": { current: 6, max: "max" } },
    pressure: { cpu: { some: { avg10: 1, avg60: 2, avg300: 3, totalUs: 4 } } },
  });
  expect(JSON.parse(formatJson(stats))).toEqual({
    cpu: {
      usage: { total: 5000, kernel: 3000, user: 2000 },
      throttling: { periods: 7, throttledPeriods: 1, throttledTime: 4000 },
      psi: { some: { avg10: 1, avg60: 2, avg300: 3, total: 4 } },
    },
    cpuset: { cpus: [0, 1, 2, 5], mems: [0] },
    memory: {
      cache: 3,
      usage: { limit: 100, usage: 10, max: 20, failcnt: 2 },
      swap: { limit: 150, usage: 11, failcnt: 0 },
      kernel: { limit: 0, failcnt: 0 },
      kernelTCP: { limit: 0, failcnt: 0 },
      raw: { file: 3 },
    },
    pids: { current: 4, limit: 9 },
    blkio: {
      ioServiceBytesRecursive: [
        { major: 8, minor: 0, op: "Read", value: 1 },
        { major: 8, minor: 0, op: "Write", value: 2 },
      ],
      ioServicedRecursive: [
        { major: 8, minor: 0, op: "Read", value: 3 },
        { major: 8, minor: 0, op: "Write", value: 4 },
      ],
    },
    hugetlb: { "2MB": { usage: 6, failcnt: 0 } },
    intel_rdt: {},
    network_interfaces: null,
  });
});

test("eventStats() has the largest uint64 where there is no limit", () => {
  expect(formatJson(eventStats({ memory: { current: 1, max: "max" } }))).toContain('"limit":18446744073709551615');
});
