import type { MemoryLimits, Size } from "@wb/cgroup";
import type { MemoryResources } from "../../oci/resources.ts";
import { UserError } from "../../user-error.ts";
import type { Accounting } from "./accounting.ts";
import { fromOci, given, toOci } from "./sizes.ts";

/** config-linux.md, "Memory". @throws UserError for limits of swap that contradict that of memory, as runc does */
export function memoryLimits(memory: MemoryResources, accounting: Pick<Accounting, "swap">): MemoryLimits | undefined {
  return given({
    max: fromOci(memory.limit),
    low: fromOci(memory.reservation),
    swapMax: swapAlone(memory, accounting),
    kernel: fromOci(memory.kernel),
    kernelTcp: fromOci(memory.kernelTCP),
    swappiness: memory.swappiness,
    oomKillDisable: memory.disableOOMKiller,
  });
}

/** The same limits in the specification's words, and files of v2 for those that it has none for. */
export function ociMemory(limits: MemoryLimits): {
  memory?: MemoryResources | undefined;
  unified: Record<string, string>;
} {
  const { max, low, swapMax, kernel, kernelTcp, swappiness, oomKillDisable } = limits;
  const [limit, alone] = [toOci(max), toOci(swapMax)];
  const swap = alone === undefined || alone < 0 ? alone : sum(limit, alone);
  const memory = given({
    limit,
    reservation: toOci(low),
    swap,
    kernel: toOci(kernel),
    kernelTCP: toOci(kernelTcp),
    swappiness,
    disableOOMKiller: oomKillDisable,
  });
  const files = given({
    "memory.high": text(limits.high),
    "memory.min": text(limits.min),
    "memory.swap.max": swap === undefined ? text(swapMax) : undefined,
    "memory.oom.group": limits.oomGroup === undefined ? undefined : String(Number(limits.oomGroup)),
  });
  return { memory, unified: files ?? {} };
}

/**
 * The specification counts memory and swap together, cgroup v2 swap alone: `ConvertMemorySwapToCgroupV2Value` of
 * opencontainers/cgroups. Without a limit of memory that of swap is taken as it is; memory without a limit has swap without.
 */
function swapAlone({ limit = 0, swap = 0 }: MemoryResources, accounting: Pick<Accounting, "swap">): Size | undefined {
  if (swap === 0) return limit < 0 && accounting.swap ? "max" : undefined;
  if (swap < 0) return "max";
  if (limit < 0) return swap;
  if (limit === 0) throw refused(`the limit of memory and swap, ${swap}, needs one of memory alone`);
  if (swap < limit) throw refused(`the limit of memory and swap, ${swap}, must not be below that of memory, ${limit}`);
  return swap - limit;
}

/** Undefined where it cannot be said: a limit of swap alone, of 0 or without one of memory. */
function sum(limit: number | undefined, swap: number): number | undefined {
  if (limit === undefined || (limit < 0 && swap === 0)) return undefined;
  return limit < 0 ? swap : limit + swap;
}

function text(size: Size | undefined): string | undefined {
  const bytes = toOci(size);
  return bytes === undefined ? undefined : bytes < 0 ? "max" : String(bytes);
}

function refused(message: string): UserError {
  return new UserError(message, { hint: "give memory.limit, and memory.swap as the sum of it and of the swap" });
}
