import { checkRange, type Controller, type Current, type Write, write } from "../controller.ts";
import { SHARES, sharesToWeight, WEIGHT, weightToShares } from "../convert.ts";
import { CgroupError } from "../error.ts";
import type { CpuLimits, CpuMax } from "../limits.ts";
import { parseCount, parseFlatKeyed, parseSingle } from "../parse.ts";

export interface CpuStats {
  /** Microseconds of CPU time, of all processes that ever were in the group. */
  readonly usageUs: number;
  readonly userUs?: number;
  readonly systemUs?: number;
  /** Periods of `cpu.max` that passed while something ran. */
  readonly periods?: number;
  /** Those of them in which the quota was used up. */
  readonly throttledPeriods?: number;
  /** Microseconds that were waited for the next period. */
  readonly throttledUs?: number;
}

/** Documentation/scheduler/sched-bwc.rst and sched-design-CFS.rst; cgroup-v2.rst, "CPU" (Linux 4.15). */
export const cpu: Controller<CpuLimits, CpuStats> = {
  v1: {
    controller: "cpu",
    writes: (limits, current) => {
      check(limits);
      const shares = limits.shares ?? (limits.weight === undefined ? undefined : weightToShares(limits.weight));
      const quotaNow = parseSingle(current("cpu.cfs_quota_us"));
      return [
        ...weightAndIdle(write("cpu.shares", shares), limits, current),
        ...quotaAndBurst(
          quotaAndPeriod(limits.max ?? {}, current),
          write("cpu.cfs_burst_us", limits.burstUs),
          quotaNow,
        ),
      ];
    },
    stats: statsV1,
  },
  v2: {
    controller: "cpu",
    writes: (limits, current) => {
      check(limits);
      const weight = limits.weight ?? (limits.shares === undefined ? undefined : sharesToWeight(limits.shares));
      const quota = write("cpu.max", cpuMax(limits.max ?? {}, current));
      const quotaNow = parseSingle(current("cpu.max")?.split(" ")[0]);
      return [
        ...weightAndIdle(write("cpu.weight", weight), limits, current),
        ...quotaAndBurst(quota, write("cpu.max.burst", limits.burstUs), quotaNow),
      ];
    },
    stats: statsV2,
  },
};

function statsV1(current: Current): CpuStats | undefined {
  const usage = parseCount(current("cpuacct.usage"));
  if (usage === undefined) return undefined;
  const { nr_periods: periods, nr_throttled: throttled, throttled_time: waited } = parseFlatKeyed(current("cpu.stat"));
  return {
    usageUs: microseconds(usage),
    ...split(usage, parseCount(current("cpuacct.usage_user")), parseCount(current("cpuacct.usage_sys"))),
    ...each("periods", periods),
    ...each("throttledPeriods", throttled),
    ...each("throttledUs", waited, microseconds),
  };
}

function statsV2(current: Current): CpuStats | undefined {
  const stat = parseFlatKeyed(current("cpu.stat"));
  const usage = stat["usage_usec"];
  if (usage === undefined) return undefined;
  return {
    usageUs: usage,
    ...each("userUs", stat["user_usec"]),
    ...each("systemUs", stat["system_usec"]),
    ...each("periods", stat["nr_periods"]),
    ...each("throttledPeriods", stat["nr_throttled"]),
    ...each("throttledUs", stat["throttled_usec"]),
  };
}

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

/** Which version takes a weight of an idle group: neither (EINVAL). */
function weightAndIdle(weight: readonly Write[], { idle }: CpuLimits, current: Current): Write[] {
  const idleNow = parseCount(current("cpu.idle")) === 1;
  // The file of an idle group does not show the weight that it had.
  const weights = weight.map((one) => (idleNow ? { ...one, undo: [] } : one));
  const state = write("cpu.idle", idle === undefined ? undefined : Number(idle));
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

/** v1 counts these two in ticks of the clock, so that their sum is not the usage: they are scaled to it, as v2 does it. */
function split(
  usage: number,
  user: number | undefined,
  system: number | undefined,
): Pick<CpuStats, "userUs" | "systemUs"> {
  if (user === undefined || system === undefined) return {};
  const userUs = user + system === 0 ? 0 : microseconds((usage * user) / (user + system));
  return { userUs, systemUs: microseconds(usage) - userUs };
}

function microseconds(nanoseconds: number): number {
  return Math.floor(nanoseconds / 1000);
}

function each<K extends string>(
  key: K,
  value: number | undefined,
  convert: (value: number) => number = Number,
): { [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: convert(value) } as { [P in K]?: number });
}
