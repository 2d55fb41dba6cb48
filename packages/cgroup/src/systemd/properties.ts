import { sharesToWeight } from "../convert.ts";
import type { DbusValue } from "../dbus/value.ts";
import type { Limits } from "../limits.ts";
import { bytesOf } from "../size.ts";
import { withUnified } from "./unified-limits.ts";

/** A property of a unit as org.freedesktop.systemd1(5) has it: name, type, value. */
export interface UnitProperty {
  readonly name: string;
  readonly type: string;
  readonly value: DbusValue;
}

/**
 * The properties of a unit that say the same as limits, systemd.resource-control(5), so that systemd, when it writes its
 * own at a daemon-reload, writes these. What it has no property for is left out, and to its group's files alone.
 *
 * The rules are runc's (opencontainers/cgroups, systemd/v2.go), the rounding of the quota included.
 *
 * @throws CgroupError `WB_CGROUP_LIMIT` for what is no size
 */
export function limitProperties(limits: Limits): UnitProperty[] {
  const { memory, cpu, pids, cpuset, io } = withUnified(limits);
  const weight = cpu?.weight ?? (cpu?.shares === undefined ? undefined : sharesToWeight(cpu.shares));
  return [
    ...uint64("MemoryMin", bytesOf("memory.min", memory?.min)),
    ...uint64("MemoryLow", bytesOf("memory.low", memory?.low)),
    ...uint64("MemoryHigh", bytesOf("memory.high", memory?.high)),
    ...uint64("MemoryMax", bytesOf("memory.max", memory?.max)),
    ...uint64("MemorySwapMax", bytesOf("memory.swapMax", memory?.swapMax)),
    ...uint64("CPUWeight", weight),
    ...uint64("CPUQuotaPeriodUSec", cpu?.max?.periodUs),
    ...uint64("CPUQuotaPerSecUSec", quotaPerSecond(cpu?.max)),
    ...uint64("TasksMax", pids?.max),
    ...uint64("IOWeight", io?.weight),
    ...mask("AllowedCPUs", cpuset?.cpus),
    ...mask("AllowedMemoryNodes", cpuset?.mems),
  ];
}

export interface ChangedProperties {
  /** For systemd to set. */
  readonly told: readonly UnitProperty[];
  /** The same ones as they were. */
  readonly former: readonly UnitProperty[];
}

/**
 * What systemd is told when limits change, with those that the group has by other ways: it would lift them for a moment.
 *
 * @param present what the group has: {@link presentLimits}
 * @throws CgroupError `WB_CGROUP_LIMIT`
 */
export function changedProperties(limits: Limits, present: Limits): ChangedProperties {
  const asked = limitProperties(withWholeCpuMax(withUnified(limits), present));
  if (asked.length === 0) return { told: [], former: [] };
  const now = limitProperties(present);
  const others = now.filter((one) => !isDefault(one) && !asked.some(({ name }) => name === one.name));
  const told = [...others, ...asked];
  return {
    told,
    former: told.map((one) => now.find(({ name }) => name === one.name) ?? { ...one, value: defaultOf(one) }),
  };
}

/** systemd counts a quota with its own idea of the period, and one alone is for that which the group has. */
function withWholeCpuMax({ cpu, ...limits }: Limits, present: Limits): Limits {
  if (cpu?.max === undefined) return { ...limits, ...(cpu === undefined ? {} : { cpu }) };
  return { ...limits, cpu: { ...cpu, max: { ...present.cpu?.max, ...cpu.max } } };
}

function isDefault(property: UnitProperty): boolean {
  const [value, none] = [property.value, defaultOf(property)];
  return value === none || (Array.isArray(value) && value.length === 0);
}

/** The kernel's. */
function defaultOf({ name, type }: UnitProperty): DbusValue {
  return type === "ay" ? [] : (DEFAULTS[name] ?? INFINITY);
}

const DEFAULTS: Readonly<Record<string, bigint>> = {
  MemoryMin: 0n,
  MemoryLow: 0n,
  CPUWeight: 100n,
  CPUQuotaPeriodUSec: 100_000n,
  IOWeight: 100n,
};

const INFINITY = 2n ** 64n - 1n;

function uint64(name: string, value: number | "max" | undefined): UnitProperty[] {
  if (value === undefined) return [];
  return [{ name, type: "t", value: value === "max" ? INFINITY : BigInt(value) }];
}

/** Microseconds of CPU time in a second, rounded up to 10 ms: finer ones get lost in systemd on their way to `cpu.max`. */
function quotaPerSecond(max: NonNullable<Limits["cpu"]>["max"]): number | "max" | undefined {
  if (max?.quotaUs === undefined || max.quotaUs === "max") return max?.quotaUs;
  const exact = Math.floor((max.quotaUs * 1_000_000) / (max.periodUs ?? DEFAULT_PERIOD));
  return Math.ceil(exact / GRAIN) * GRAIN;
}

/** Microseconds. */
const DEFAULT_PERIOD = 100_000;
const GRAIN = 10_000;

/** A list such as `0-3,5` as bytes with a bit for each, the lowest first. Of an empty list there are none. */
function mask(name: string, list: string | undefined): UnitProperty[] {
  if (list === undefined) return [];
  const ranges = list.trim().split(",").filter(Boolean);
  const bytes: number[] = [];
  for (const range of ranges) {
    const [first = Number.NaN, last = first] = range.split("-").map(Number);
    // The kernel tells what is wrong with a list that is none.
    if (!(first >= 0 && last >= first && last < MOST)) return [];
    for (let one = first; one <= last; one += 1) bytes[one >> 3] = (bytes[one >> 3] ?? 0) | (1 << (one & 7));
  }
  return [{ name, type: "ay", value: Array.from(bytes, (byte) => byte ?? 0) }];
}

/** More CPUs than any kernel has: NR_CPUS is at most 8192. */
const MOST = 65_536;
