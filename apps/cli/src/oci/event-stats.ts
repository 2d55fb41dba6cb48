import type { CgroupStats, IoDeviceStats, Pressure } from "@wb/cgroup";

/** The statistics of a container in the words of `runc events`, github.com/opencontainers/runc/types/events.go. */
export function eventStats(stats: CgroupStats): object {
  const { cpu, memory, pids, io, hugetlb, cpuset, pressure } = stats;
  return {
    cpu: {
      usage: {
        total: nanoseconds(cpu?.usageUs),
        kernel: nanoseconds(cpu?.systemUs),
        user: nanoseconds(cpu?.userUs),
      },
      throttling: {
        periods: cpu?.periods,
        throttledPeriods: cpu?.throttledPeriods,
        throttledTime: cpu?.throttledUs === undefined ? undefined : nanoseconds(cpu.throttledUs),
      },
      psi: psiOf(pressure?.cpu),
    },
    cpuset: { cpus: numbersOf(cpuset?.cpus), mems: numbersOf(cpuset?.mems) },
    memory: {
      cache: memory?.stat?.["file"],
      usage: {
        limit: limitOf(memory?.max),
        usage: memory?.current,
        max: memory?.peak,
        failcnt: memory?.events?.["max"] ?? 0,
      },
      swap: swapOf(memory),
      // No kernel limits these since 5.16, and v2 never did.
      kernel: NONE,
      kernelTCP: NONE,
      raw: memory?.stat,
      psi: psiOf(pressure?.memory),
    },
    pids: { current: pids?.current, limit: typeof pids?.max === "number" ? pids.max : undefined },
    blkio: {
      ioServiceBytesRecursive: entriesOf(io?.devices, { Read: "rbytes", Write: "wbytes" }),
      ioServicedRecursive: entriesOf(io?.devices, { Read: "rios", Write: "wios" }),
      psi: psiOf(pressure?.io),
    },
    hugetlb: Object.fromEntries(
      Object.entries(hugetlb ?? {}).map(([size, { current, refused = 0 }]) => [
        size,
        { usage: current, failcnt: refused },
      ]),
    ),
    intel_rdt: {},
    network_interfaces: null,
  };
}

const NONE = { limit: 0, failcnt: 0 } as const;

function nanoseconds(us = 0): number {
  return us * 1000;
}

/** The largest uint64, as runc has it, where there is no limit. */
function limitOf(max: number | "max" = "max"): number | bigint {
  return max === "max" ? 2n ** 64n - 1n : max;
}

/** Of memory and swap together, as v1 counts. */
function swapOf(memory: CgroupStats["memory"]): object {
  const { current = 0, max = "max", swapCurrent, swapMax } = memory ?? {};
  if (swapCurrent === undefined) return NONE;
  const isLimited = typeof max === "number" && typeof swapMax === "number";
  return { limit: limitOf(isLimited ? max + swapMax : "max"), usage: current + swapCurrent, failcnt: 0 };
}

function psiOf(pressure: Pressure | undefined): object | undefined {
  if (pressure === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(pressure).map(([kind, { totalUs, ...averages }]) => [kind, { ...averages, total: totalUs }]),
  );
}

function entriesOf(
  devices: readonly IoDeviceStats[] = [],
  operations: Readonly<Record<string, "rbytes" | "wbytes" | "rios" | "wios">>,
): object[] | undefined {
  const entries = devices.flatMap((device) =>
    Object.entries(operations).map(([op, counter]) => ({
      major: device.major,
      minor: device.minor,
      op,
      value: device[counter],
    })),
  );
  return entries.length === 0 ? undefined : entries;
}

/** `0-2,5` as [0, 1, 2, 5]. */
function numbersOf(list: string | undefined): number[] | undefined {
  if (list === undefined || list.trim() === "") return undefined;
  return list
    .trim()
    .split(",")
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}
