import type { IoDeviceLimits, Limits, Size } from "@wb/cgroup";
import { usage } from "../flags.ts";

/** v1 writes "no limit" as -1. */
export function size(value: string): Size {
  return value === "-1" ? "max" : (value as Size);
}

/** A number, or none: `max`, and -1 as v1 writes it. */
export function count(value: string, key: string): number | "max" {
  return value === "max" || value === "-1" ? "max" : decimal(value, key);
}

/** Digits alone: `1e3`, `0x10` and the empty text are numbers to JavaScript only. Its range is checked by `@wb/cgroup`. */
export function decimal(value: string, key: string): number {
  if (!/^-?\d+$/.test(value)) throw invalid(value, key, "a whole number, in decimal digits");
  return Number(value);
}

/** `0x100001`, which net_cls.rst writes in hexadecimal digits (0xAAAABBBB), or decimal. */
export function classid(value: string, key: string): number {
  return /^0x[\da-f]+$/i.test(value) ? Number(value) : decimal(value, key);
}

export function bool(value: string, key: string): boolean {
  if (value !== "0" && value !== "1") throw invalid(value, key, "0 or 1");
  return value === "1";
}

type CpuMax = NonNullable<NonNullable<Limits["cpu"]>["max"]>;

/** `50%` of one CPU, `50000`, `50000 100000`, `max`. */
export function cpuMax(value: string, key: string): CpuMax {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(value) ?? [];
  if (percent !== undefined) return { quotaUs: Math.round((Number(percent) * PERIOD) / 100), periodUs: PERIOD };
  const [, quota, period] = /^(max|\d+)(?:\s+(\d+))?$/.exec(value) ?? [];
  if (quota === undefined) throw invalid(value, key, "50%, or QUOTA [PERIOD] in microseconds");
  return { quotaUs: count(quota, key), ...(period === undefined ? {} : { periodUs: Number(period) }) };
}

/** The kernel's default, microseconds. */
const PERIOD = 100_000;

/** `8:0 rbps=1m wiops=120`, and further devices after it. */
export function ioMax(value: string, key: string): IoDeviceLimits[] {
  return byDevice(value, key, "MAJOR:MINOR rbps=… wbps=… riops=… wiops=…").map(({ major, minor, rest, refuse }) => {
    const limits = rest.map((word) => {
      const [, name, rate] = /^(rbps|wbps|riops|wiops)=(\w[\w.]*)$/.exec(word) ?? [];
      if (name === undefined || rate === undefined) throw refuse();
      return [name, name.endsWith("bps") ? size(rate) : count(rate, key)] as const;
    });
    return { major, minor, ...Object.fromEntries(limits) };
  });
}

/** `50`, `default 50`, or `8:0 50` for one device; `convert` where it is counted in another unit. */
export function ioWeight(value: string, key: string, convert = (weight: number): number => weight): Limits {
  const all = /^(?:default\s+)?(\S+)$/.exec(value)?.[1];
  if (all !== undefined) return { io: { weight: convert(decimal(all, key)) } };
  const devices = byDevice(value, key, "WEIGHT, or MAJOR:MINOR WEIGHT").map(({ major, minor, rest, refuse }) => {
    const [weight, ...more] = rest;
    if (weight === undefined || more.length > 0) throw refuse();
    return { major, minor, weight: convert(decimal(weight, key)) };
  });
  return { io: { devices } };
}

/** `8:0 1048576`, a line of `blkio.throttle.*_device`, where 0 is no limit. */
export function throttle(field: "rbps" | "wbps" | "riops" | "wiops"): (value: string, key: string) => Limits {
  return (value, key) => {
    const devices = byDevice(value, key, "MAJOR:MINOR RATE").map(({ major, minor, rest, refuse }) => {
      const [rate, ...more] = rest;
      if (rate === undefined || more.length > 0) throw refuse();
      return { major, minor, [field]: rate === "0" ? "max" : field.endsWith("bps") ? size(rate) : count(rate, key) };
    });
    return { io: { devices } };
  };
}

/** `KEY VALUE`: a line of `misc.max`, `net_prio.ifpriomap`. */
export function keyed(value: string, key: string): readonly [string, string] {
  const [, name, rest] = /^(\S+)\s+(\S+)$/.exec(value) ?? [];
  if (name === undefined || rest === undefined) throw invalid(value, key, "NAME VALUE");
  return [name, rest];
}

/** `mlx4_0 hca_handle=2 hca_object=max`. */
export function rdmaMax(value: string, key: string): Limits {
  const [device = "", ...pairs] = value.split(/\s+/);
  const counts = pairs.map((pair) => /^(hca_handle|hca_object)=(\w+)$/.exec(pair) ?? []);
  if (device === "" || counts.length === 0 || counts.some(([all]) => all === undefined))
    throw invalid(value, key, "DEVICE hca_handle=… hca_object=…");
  const fields = counts.map(([, name, limit = ""]) => [
    name === "hca_handle" ? "hcaHandle" : "hcaObject",
    count(limit, key),
  ]);
  return { rdma: { [device]: Object.fromEntries(fields) as { hcaHandle?: number } } };
}

interface OfDevice {
  readonly major: number;
  readonly minor: number;
  readonly rest: readonly string[];
  readonly refuse: () => Error;
}

/** Words that each belong to the device number before them. */
function byDevice(value: string, key: string, meant: string): OfDevice[] {
  const refuse = (): Error => invalid(value, key, meant);
  const devices: { major: number; minor: number; rest: string[]; refuse: () => Error }[] = [];
  for (const word of value.split(/\s+/)) {
    const [, major, minor] = /^(\d+):(\d+)$/.exec(word) ?? [];
    if (major !== undefined) devices.push({ major: Number(major), minor: Number(minor), rest: [], refuse });
    else if (devices.at(-1)?.rest.push(word) === undefined) throw refuse();
  }
  if (devices.some(({ rest }) => rest.length === 0)) throw refuse();
  return devices;
}

function invalid(value: string, key: string, meant: string): Error {
  return usage("cgroup", `invalid value ${JSON.stringify(value)} for ${key}: ${meant}`);
}
