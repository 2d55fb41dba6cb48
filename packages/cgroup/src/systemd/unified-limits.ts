import type { CpuMax, Limits } from "../limits.ts";
import { parseSize } from "../size.ts";

/**
 * The limits with those that `unified` has for the same files in their fields, for they are written last. What is no such
 * value is left out: the kernel tells what is wrong with it.
 */
export function withUnified({ unified = {}, ...limits }: Limits): Limits {
  const size = (file: string): number | "max" | undefined => sizeOf(unified[file]);
  const list = (file: string): string | undefined => unified[file]?.trim();
  return {
    ...limits,
    memory: merged(limits.memory, {
      min: size("memory.min"),
      low: size("memory.low"),
      high: size("memory.high"),
      max: size("memory.max"),
      swapMax: size("memory.swap.max"),
    }),
    cpu: withCpu(limits.cpu, unified),
    pids: merged(limits.pids, { max: size("pids.max") }),
    cpuset: merged(limits.cpuset, { cpus: list("cpuset.cpus"), mems: list("cpuset.mems") }),
    io: merged(limits.io, { weight: weightOf(unified["io.weight"]?.replace(/^\s*default\s/, "")) }),
  };
}

function withCpu(cpu: Limits["cpu"], unified: NonNullable<Limits["unified"]>): NonNullable<Limits["cpu"]> {
  const { shares, ...rest } = cpu ?? {};
  const weight = weightOf(unified["cpu.weight"]);
  const max = cpuMaxOf(unified["cpu.max"]);
  return {
    ...rest,
    ...(weight === undefined ? (shares === undefined ? {} : { shares }) : { weight }),
    ...(max === undefined ? {} : { max: { ...rest.max, ...max } }),
  };
}

/** What is in `cpu.max`, or written there: `QUOTA`, or `QUOTA PERIOD`. */
export function cpuMaxOf(text: string | undefined): CpuMax | undefined {
  const [, quota, period] = /^\s*(max|\d{1,15})(?:\s+(\d{1,15}))?\s*$/.exec(text ?? "") ?? [];
  if (quota === undefined) return undefined;
  return {
    quotaUs: quota === "max" ? quota : Number(quota),
    ...(period === undefined ? {} : { periodUs: Number(period) }),
  };
}

function sizeOf(text: string | undefined): number | "max" | undefined {
  return text?.trim() === "max" ? "max" : parseSize(text?.trim() ?? "");
}

/** systemd refuses others than the kernel's, 1 to 10000. */
function weightOf(text: string | undefined): number | undefined {
  const weight = Number(text?.trim() || Number.NaN);
  return Number.isSafeInteger(weight) && weight >= 1 && weight <= 10_000 ? weight : undefined;
}

function merged<T extends object>(given: T | undefined, others: { readonly [K in keyof T]?: T[K] | undefined }): T {
  return Object.fromEntries([
    ...Object.entries(given ?? {}),
    ...Object.entries(others).filter(([, value]) => value !== undefined),
  ]) as T;
}
