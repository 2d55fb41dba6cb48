import { bfqToWeight, sharesToWeight } from "../convert.ts";
import { defined } from "../defined.ts";
import type { Read } from "../layout.ts";
import type { CpuLimits, Limits } from "../limits.ts";
import { parseCount, parseFlatKeyed, parseSingle } from "../parse.ts";
import { type Place, placeOf } from "../place.ts";
import { cpuMaxOf } from "./unified-limits.ts";

/** The limits that a group has now, of those that systemd has properties for. */
export function presentLimits(places: readonly Place[], read: Read): Limits {
  const inGroup = (controller: string, version: 1 | 2) => {
    const place = placeOf(places, controller);
    return (file: string): string | undefined =>
      place?.hierarchy.version === version ? read(`${place.directory}/${file}`) : undefined;
  };
  const memory = inGroup("memory", 2);
  const cpuset = inGroup("cpuset", 2);
  const weight =
    parseFlatKeyed(inGroup("io", 2)("io.weight"))["default"] ??
    bfqOf(parseCount(inGroup("blkio", 1)("blkio.bfq.weight")));
  return {
    memory: defined({
      min: parseSingle(memory("memory.min")),
      low: parseSingle(memory("memory.low")),
      high: parseSingle(memory("memory.high")),
      max: parseSingle(memory("memory.max") ?? inGroup("memory", 1)("memory.limit_in_bytes")),
      swapMax: parseSingle(memory("memory.swap.max")),
    }),
    cpu: presentCpu(inGroup("cpu", 1), inGroup("cpu", 2)),
    pids: defined({ max: parseSingle(inGroup("pids", 2)("pids.max") ?? inGroup("pids", 1)("pids.max")) }),
    cpuset: defined({ cpus: cpuset("cpuset.cpus")?.trim(), mems: cpuset("cpuset.mems")?.trim() }),
    io: defined({ weight }),
  };
}

type Of = (file: string) => string | undefined;

function presentCpu(v1: Of, v2: Of): CpuLimits {
  const shares = parseCount(v1("cpu.shares"));
  const weight = parseCount(v2("cpu.weight")) ?? (shares === undefined ? undefined : sharesToWeight(shares));
  const quota = parseSingle(v1("cpu.cfs_quota_us"));
  const max =
    cpuMaxOf(v2("cpu.max")) ??
    (quota === undefined ? undefined : defined({ quotaUs: quota, periodUs: parseCount(v1("cpu.cfs_period_us")) }));
  // An idle group's weight shows as 0.
  return defined({ weight: weight === 0 ? undefined : weight, max });
}

function bfqOf(weight: number | undefined): number | undefined {
  return weight === undefined ? undefined : bfqToWeight(weight);
}
