import type { CpuMax, Limits, Size } from "@wb/cgroup";
import { toOci } from "./resources/sizes.ts";

/**
 * Limits that allow all that either of two allow. Between them and both a group may change while another is in it: v1 refuses
 * (EINVAL, EBUSY, EACCES) a quota of the CPU or a list of CPUs beyond that of the group above, at any moment.
 */
export function wider(now: Limits, wanted: Limits): Limits {
  const { memory, cpu, pids, cpuset } = wanted;
  return {
    ...wanted,
    ...(memory === undefined
      ? {}
      : {
          memory: {
            ...memory,
            ...one("max", greater(now.memory?.max, memory.max)),
            ...one("swapMax", greater(now.memory?.swapMax, memory.swapMax)),
          },
        }),
    ...(cpu === undefined ? {} : { cpu: { ...cpu, ...one("max", greaterShare(now.cpu?.max, cpu.max)) } }),
    ...(pids === undefined ? {} : { pids: one("max", greater(now.pids?.max, pids.max)) }),
    ...(cpuset === undefined
      ? {}
      : {
          cpuset: {
            ...one("cpus", union(now.cpuset?.cpus, cpuset.cpus)),
            ...one("mems", union(now.cpuset?.mems, cpuset.mems)),
          },
        }),
  };
}

function one<K extends string, T>(key: K, value: T | undefined): { readonly [Key in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [Key in K]?: T });
}

/** Of what is not asked for nothing changes. */
function greater<T extends Size>(now: T | undefined, wanted: T | undefined): T | undefined {
  if (now === undefined || wanted === undefined) return wanted;
  return amount(now) > amount(wanted) ? now : wanted;
}

function amount(size: Size): number {
  const bytes = toOci(size) ?? 0;
  return bytes < 0 ? Number.POSITIVE_INFINITY : bytes;
}

function greaterShare(now: CpuMax | undefined, wanted: CpuMax | undefined): CpuMax | undefined {
  if (now === undefined || wanted === undefined) return wanted;
  const share = ({ quotaUs = now.quotaUs, periodUs = now.periodUs }: CpuMax): number =>
    amount(quotaUs ?? "max") / (periodUs ?? 100_000);
  return share(now) > share(wanted) ? now : wanted;
}

/** Lists of cpuset(7); an empty one on v2 is the parent's. */
function union(now: string | undefined, wanted: string | undefined): string | undefined {
  return now === undefined || now === "" || wanted === undefined ? wanted : `${now},${wanted}`;
}
