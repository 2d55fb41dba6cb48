import { checkRange, type Controller, type Current, type Write, write } from "../controller.ts";
import { SHARES, sharesToWeight, WEIGHT, weightToShares } from "../convert.ts";
import { CgroupError } from "../error.ts";
import type { CpuLimits, CpuMax } from "../limits.ts";
import { parseCount, parseSingle } from "../parse.ts";
import { type CpuStats, cpuStatsV1, cpuStatsV2 } from "./cpu-stats.ts";

/** Documentation/scheduler/sched-bwc.rst and sched-design-CFS.rst; cgroup-v2.rst, "CPU" (Linux 4.15). */
export const cpu: Controller<CpuLimits, CpuStats> = {
  v1: {
    controller: "cpu",
    writes: (limits, current) => {
      check(limits);
      const shares = limits.shares ?? (limits.weight === undefined ? undefined : weightToShares(limits.weight));
      const quotaNow = parseSingle(current("cpu.cfs_quota_us"));
      return [
        ...weightAndIdle({ file: "cpu.shares", weight: shares }, limits, current),
        ...quotaAndBurst(
          quotaAndPeriod(limits.max ?? {}, current),
          write("cpu.cfs_burst_us", limits.burstUs),
          quotaNow,
        ),
      ];
    },
    stats: cpuStatsV1,
  },
  v2: {
    controller: "cpu",
    writes: (limits, current) => {
      check(limits);
      const weight = limits.weight ?? (limits.shares === undefined ? undefined : sharesToWeight(limits.shares));
      const quota = write("cpu.max", cpuMax(limits.max ?? {}, current));
      const quotaNow = parseSingle(current("cpu.max")?.split(" ")[0]);
      return [
        ...weightAndIdle({ file: "cpu.weight", weight }, limits, current),
        ...quotaAndBurst(quota, write("cpu.max.burst", limits.burstUs), quotaNow),
      ];
    },
    stats: cpuStatsV2,
  },
};

function check({ weight, shares, burstUs, max: { quotaUs, periodUs } = {} }: CpuLimits): void {
  if (weight !== undefined && shares !== undefined) {
    throw new CgroupError(
      "WB_CGROUP_LIMIT",
      `cpu.weight=${weight} and cpu.shares=${shares} are the same limit: give one of them`,
    );
  }
  checkRange("cpu.weight", weight, WEIGHT.min, WEIGHT.max);
  checkRange("cpu.shares", shares, SHARES.min, SHARES.max);
  if (quotaUs !== "max") checkRange("the quota of cpu.max (microseconds)", quotaUs, 1000);
  checkRange("the period of cpu.max (microseconds)", periodUs, 1000, 1_000_000);
  checkRange("cpu.max.burst (microseconds)", burstUs, 0, typeof quotaUs === "number" ? quotaUs : undefined);
}

interface Weight {
  readonly file: string;
  readonly weight: number | undefined;
}

/** Neither version takes a weight for a group that is idle (EINVAL), and being idle loses the one that it had. */
function weightAndIdle({ file, weight }: Weight, { idle }: CpuLimits, current: Current): Write[] {
  const now = current("cpu.idle")?.trim();
  const weightNow = current(file)?.trim();
  const weights = write(file, weight).map((one) => (now === "1" ? { ...one, undo: [] } : one));
  const state = write("cpu.idle", idle === undefined ? undefined : Number(idle)).map((one) => {
    if (now !== "0" || weightNow === undefined) return one;
    return {
      ...one,
      undo: [
        { file: one.file, value: now },
        { file, value: weightNow },
      ],
    };
  });
  return idle === false ? [...state, ...weights] : [...weights, ...state];
}

/** The kernel refuses (EINVAL) a burst above the quota at any moment. */
function quotaAndBurst(quota: readonly Write[], burst: readonly Write[], quotaNow: number | "max" = "max"): Write[] {
  const fits = quotaNow === "max" || burst.every(({ value }) => Number(value) <= quotaNow);
  return fits ? [...burst, ...quota] : [...quota, ...burst];
}

/**
 * The kernel refuses (EINVAL) a quota whose share of its period is above the parent's, also in between: a shorter period
 * is written after the new quota, a longer one before it.
 */
function quotaAndPeriod({ quotaUs, periodUs }: CpuMax, current: Current): Write[] {
  const quota = write("cpu.cfs_quota_us", quotaUs === "max" ? -1 : quotaUs);
  const period = write("cpu.cfs_period_us", periodUs);
  const periodNow = parseCount(current("cpu.cfs_period_us")) ?? 100_000;
  return periodUs !== undefined && periodUs < periodNow ? [...quota, ...period] : [...period, ...quota];
}

/** `cpu.max` is `QUOTA PERIOD`, and a QUOTA alone keeps the period. */
function cpuMax({ quotaUs, periodUs }: CpuMax, current: Current): string | undefined {
  if (periodUs === undefined) return quotaUs?.toString();
  return `${quotaUs ?? current("cpu.max")?.split(" ")[0] ?? "max"} ${periodUs}`;
}
