import type { IoDeviceLimits, Limits, Size } from "@wb/cgroup";
import { usage } from "../flags.ts";

/**
 * The limits of `KEY=VALUE` words: the names of v2's files (cgroup-v2.rst) on either version, and v1's own. Values are checked
 * by `@wb/cgroup`, which knows their ranges; here is only what they are.
 *
 * @throws UserError for a word that is no setting
 */
export function parseSettings(words: readonly string[]): Limits {
  return words.map(parseSetting).reduce((all, one) => merged(all, one) as Limits, {});
}

function parseSetting(word: string): Limits {
  const equals = word.indexOf("=");
  const [key, value] = [word.slice(0, Math.max(equals, 0)), word.slice(equals + 1).trim()];
  if (!/^[a-z_\d]+\.[\w.]+$/.test(key))
    throw usage("cgroup", `invalid setting ${JSON.stringify(word)}: KEY=VALUE is meant, such as memory.max=64m`);
  const [, pages, reserved] = /^hugetlb\.(\d+[KMG]B)\.(rsvd\.)?(?:max|limit_in_bytes)$/.exec(key) ?? [];
  if (pages !== undefined)
    return { hugetlb: { [pages]: { [reserved === undefined ? "max" : "rsvdMax"]: size(value) } } };
  return SETTINGS[key]?.(value, key) ?? { unified: { [key]: value } };
}

type Setting = (value: string, key: string) => Limits;

/** Other keys are files of v2, written as they are. */
const SETTINGS: Readonly<Record<string, Setting | undefined>> = {
  "memory.max": (value) => ({ memory: { max: size(value) } }),
  "memory.high": (value) => ({ memory: { high: size(value) } }),
  "memory.low": (value) => ({ memory: { low: size(value) } }),
  "memory.min": (value) => ({ memory: { min: size(value) } }),
  "memory.swap.max": (value) => ({ memory: { swapMax: size(value) } }),
  "memory.oom.group": (value, key) => ({ memory: { oomGroup: bool(value, key) } }),
  "cpu.weight": (value) => ({ cpu: { weight: Number(value) } }),
  "cpu.max": (value, key) => ({ cpu: { max: cpuMax(value, key) } }),
  "cpu.max.burst": (value) => ({ cpu: { burstUs: Number(value) } }),
  "cpu.idle": (value, key) => ({ cpu: { idle: bool(value, key) } }),
  "cpuset.cpus": (value) => ({ cpuset: { cpus: value } }),
  "cpuset.mems": (value) => ({ cpuset: { mems: value } }),
  "cpuset.cpus.partition": (value) => ({ cpuset: { partition: value as "member" } }),
  "pids.max": (value) => ({ pids: { max: count(value) } }),
  "io.weight": (value) => ({ io: { weight: Number(value.replace(/^default\s+/, "")) } }),
  "io.max": (value, key) => ({ io: { devices: [ioDevice(value, key)] } }),

  "memory.limit_in_bytes": (value) => ({ memory: { max: size(value) } }),
  "memory.soft_limit_in_bytes": (value) => ({ memory: { low: size(value) } }),
  "memory.swappiness": (value) => ({ memory: { swappiness: Number(value) } }),
  "memory.oom_control": (value, key) => ({ memory: { oomKillDisable: bool(value, key) } }),
  "cpu.shares": (value) => ({ cpu: { shares: Number(value) } }),
  "cpu.cfs_quota_us": (value) => ({ cpu: { max: { quotaUs: count(value) } } }),
  "cpu.cfs_period_us": (value) => ({ cpu: { max: { periodUs: Number(value) } } }),
  "cpu.cfs_burst_us": (value) => ({ cpu: { burstUs: Number(value) } }),
  "net_cls.classid": (value) => ({ netCls: { classid: Number(value) } }),
};

/** v1 writes "no limit" as -1. */
function size(value: string): Size {
  return value === "-1" ? "max" : (value as Size);
}

/** NaN for what is none: it is refused with the range that it must be in. */
function count(value: string): number | "max" {
  return value === "max" || value === "-1" ? "max" : Number(value === "" ? "none" : value);
}

function bool(value: string, key: string): boolean {
  if (value !== "0" && value !== "1")
    throw usage("cgroup", `invalid value ${JSON.stringify(value)} for ${key}: 0 or 1`);
  return value === "1";
}

type CpuMax = NonNullable<NonNullable<Limits["cpu"]>["max"]>;

/** `50%` of one CPU, `50000`, `50000 100000`, `max`. */
function cpuMax(value: string, key: string): CpuMax {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(value) ?? [];
  if (percent !== undefined) return { quotaUs: Math.round((Number(percent) * PERIOD) / 100), periodUs: PERIOD };
  const [, quota, period] = /^(max|\d+)(?:\s+(\d+))?$/.exec(value) ?? [];
  if (quota === undefined)
    throw usage("cgroup", `invalid value ${JSON.stringify(value)} for ${key}: 50%, or QUOTA [PERIOD] in microseconds`);
  return { quotaUs: count(quota), ...(period === undefined ? {} : { periodUs: Number(period) }) };
}

/** The kernel's default, microseconds. */
const PERIOD = 100_000;

/** `8:0 rbps=1m wiops=120`. */
function ioDevice(value: string, key: string): IoDeviceLimits {
  const [device = "", ...rates] = value.split(/\s+/);
  const [, major, minor] = /^(\d+):(\d+)$/.exec(device) ?? [];
  const pairs = rates.map((rate) => /^(rbps|wbps|riops|wiops)=(\w[\w.]*)$/.exec(rate));
  if (major === undefined || pairs.length === 0 || pairs.includes(null))
    throw usage(
      "cgroup",
      `invalid value ${JSON.stringify(value)} for ${key}: MAJOR:MINOR rbps=… wbps=… riops=… wiops=…`,
    );
  const limits = pairs.flatMap((pair) => {
    const [, name = "", rate = ""] = pair ?? [];
    return [[name, name.endsWith("bps") ? size(rate) : count(rate)]];
  });
  return { major: Number(major), minor: Number(minor), ...Object.fromEntries(limits) };
}

function merged(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return [...(one as unknown[]), ...(other as unknown[])];
  if (!isRecord(one) || !isRecord(other)) return other;
  const both = Object.keys(other).map((key) => [key, key in one ? merged(one[key], other[key]) : other[key]]);
  return { ...one, ...Object.fromEntries(both) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
