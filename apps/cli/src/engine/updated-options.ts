import { UserError } from "../user-error.ts";
import type { ResourceOptions } from "./resource-options.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * What a container has from now on, where `wb update` changes some of its limits. `-m` alone leaves the sum of memory and swap as it is.
 *
 * @throws UserError in docker's words (moby, container/container_unix.go, UpdateContainer) for what contradicts what it has
 */
export function updatedOptions(options: RunOptions, changes: Partial<ResourceOptions>): RunOptions {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  refuseOtherQuota(options, changes);
  const blockIO = changes.blockIO === undefined ? options.blockIO : { ...options.blockIO, ...changes.blockIO };
  return { ...options, ...given, blockIO, memorySwap: sumOf(options, changes) };
}

function refuseOtherQuota(now: RunOptions, { cpus, cpuPeriod, cpuQuota }: Partial<ResourceOptions>): void {
  const other = now.cpuPeriod === undefined ? (now.cpuQuota === undefined ? undefined : "CPU Quota") : "CPU Period";
  if (cpus !== undefined && other !== undefined)
    throw new UserError(`Conflicting options: Nano CPUs cannot be updated as ${other} has already been set`, {
      hint: "it was started with --cpu-period or --cpu-quota: change these",
    });
  const asked = cpuPeriod === undefined ? (cpuQuota === undefined ? undefined : "CPU Quota") : "CPU Period";
  if (now.cpus !== undefined && asked !== undefined)
    throw new UserError(`Conflicting options: ${asked} cannot be updated as NanoCPUs has already been set`, {
      hint: "it was started with --cpus: change that",
    });
}

/** Bytes of memory and swap together; undefined: as much swap again as there is memory. */
function sumOf(now: RunOptions, { memory, memorySwap }: Partial<ResourceOptions>): number | undefined {
  const before = now.memorySwap ?? (now.memory === undefined ? undefined : 2 * now.memory);
  const limit = memory ?? now.memory;
  if (memorySwap !== undefined) {
    if (memorySwap > 0 && limit !== undefined && memorySwap < limit)
      throw new UserError("Minimum memoryswap limit should be larger than memory limit", {
        hint: `the limit of memory is ${limit} bytes: give -m at the same time`,
      });
    return memorySwap;
  }
  if (memory === undefined || before === undefined) return now.memorySwap;
  if (before > 0 && memory > before)
    throw new UserError(
      "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
      { hint: `--memory-swap is ${before} bytes` },
    );
  return before;
}
