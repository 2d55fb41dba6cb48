import type { Current } from "../controller.ts";
import { defined } from "../defined.ts";
import { parseCount, parseFlatKeyed } from "../parse.ts";

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
  /** Periods in which more than the quota was used, and the microseconds beyond it (Linux 5.14). */
  readonly bursts?: number;
  readonly burstUs?: number;
  /** What else `cpu.stat` has, by the kernel's names. */
  readonly stat?: Readonly<Record<string, number>>;
}

export function cpuStatsV1(current: Current): CpuStats | undefined {
  const usage = parseCount(current("cpuacct.usage"));
  if (usage === undefined) return undefined;
  const { throttled_time: throttled, burst_time: burst, ...stat } = parseFlatKeyed(current("cpu.stat"));
  const user = parseCount(current("cpuacct.usage_user"));
  return shape({
    ...stat,
    usage_usec: microseconds(usage),
    ...split(usage, user, parseCount(current("cpuacct.usage_sys"))),
    ...(throttled === undefined ? {} : { throttled_usec: microseconds(throttled) }),
    ...(burst === undefined ? {} : { burst_usec: microseconds(burst) }),
  });
}

export function cpuStatsV2(current: Current): CpuStats | undefined {
  return shape(parseFlatKeyed(current("cpu.stat")));
}

/** From the keys of v2's `cpu.stat`, cgroup-v2.rst. */
function shape(keys: Readonly<Record<string, number>>): CpuStats | undefined {
  const {
    usage_usec: usageUs,
    user_usec: userUs,
    system_usec: systemUs,
    nr_periods: periods,
    nr_throttled: throttledPeriods,
    throttled_usec: throttledUs,
    nr_bursts: bursts,
    burst_usec: burstUs,
    ...stat
  } = keys;
  if (usageUs === undefined) return undefined;
  return {
    usageUs,
    ...defined({ userUs, systemUs, periods, throttledPeriods, throttledUs, bursts, burstUs }),
    ...(Object.keys(stat).length === 0 ? {} : { stat }),
  };
}

/** v1 counts these two in ticks of the clock, so that their sum is not the usage: they are scaled to it, as v2 does it. */
function split(usage: number, user: number | undefined, system: number | undefined): Record<string, number> {
  if (user === undefined || system === undefined) return {};
  const userUs = user + system === 0 ? 0 : microseconds((usage * user) / (user + system));
  return { user_usec: userUs, system_usec: microseconds(usage) - userUs };
}

function microseconds(nanoseconds: number): number {
  return Math.floor(nanoseconds / 1000);
}
