import type { CgroupStats } from "@wb/cgroup";
import type { StatsUsage } from "../columns/stats-columns.ts";

/** What was read of a container at one moment. */
export interface UsageSample {
  readonly stats: CgroupStats;
  readonly received: number;
  readonly sent: number;
  /** Milliseconds of a clock that only goes on. */
  readonly at: number;
}

/**
 * What a container uses, as docker counts (docker/cli, cli/command/container/stats_helpers.go).
 *
 * The CPU time is compared with the time that has passed, which is what docker's share of the time of all CPUs, times the number of
 * them, comes to.
 *
 * @param before without one, nothing is known of the CPU yet
 * @param total the machine's memory
 */
export function usageOf(
  { stats, received, sent, at }: UsageSample,
  before: UsageSample | undefined,
  total: number,
): StatsUsage {
  const { memory, cpu, pids, io, pressure } = stats;
  const limit = memory?.max ?? "max";
  const sum = (key: "rbytes" | "wbytes"): number => (io?.devices ?? []).reduce((all, one) => all + one[key], 0);
  const share = pressureShares(pressure);
  return {
    cpuPercent: before === undefined ? undefined : cpuPercent(cpu?.usageUs, { before, at }),
    memory: withoutCache(memory),
    memoryLimit: limit === "max" || limit === 0 || limit > total ? total : limit,
    received,
    sent,
    blockRead: sum("rbytes"),
    blockWritten: sum("wbytes"),
    pids: pids?.current ?? 0,
    ...(share === undefined ? {} : { pressure: share }),
  };
}

/** Of one CPU, of the time between two samples. A container that was started again begins anew. */
function cpuPercent(
  usageUs: number | undefined,
  { before, at }: { readonly before: UsageSample; readonly at: number },
): number {
  const used = (usageUs ?? 0) - (before.stats.cpu?.usageUs ?? 0);
  const passed = (at - before.at) * 1000;
  return used > 0 && passed > 0 ? (used / passed) * 100 : 0;
}

/** Pages of files that nobody used lately are not counted: v1 calls them `total_inactive_file`. */
function withoutCache(memory: CgroupStats["memory"]): number {
  const { current = 0, stat } = memory ?? {};
  const cache = stat?.["inactive_file"] ?? 0;
  return cache < current ? current - cache : current;
}

/** Percent of the last 10 s in which some process waited. */
function pressureShares(pressure: CgroupStats["pressure"]): StatsUsage["pressure"] {
  if (pressure === undefined) return undefined;
  return { cpu: pressure.cpu?.some?.avg10, memory: pressure.memory?.some?.avg10, io: pressure.io?.some?.avg10 };
}
