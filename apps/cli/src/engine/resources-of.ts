import type { CpuResources, MemoryResources, Resources } from "../oci/resources.ts";
import { given } from "../runtime/resources/sizes.ts";
import type { ResourceOptions } from "./resource-options.ts";

/** What was asked for, as `linux.resources` without its devices. */
export function resourcesOf(options: ResourceOptions): Omit<Resources, "devices"> {
  const { pidsLimit, blockIO } = options;
  return (
    given({
      memory: memoryOf(options),
      cpu: cpuOf(options),
      // Docker's 0 is no limit.
      pids: pidsLimit === undefined ? undefined : { limit: pidsLimit === 0 ? -1 : pidsLimit },
      blockIO,
    }) ?? {}
  );
}

function memoryOf(options: ResourceOptions): MemoryResources | undefined {
  const { memory, memoryReservation, memorySwap, memorySwappiness, oomKillDisable } = options;
  return given({
    limit: memory,
    reservation: memoryReservation,
    swap: memorySwap,
    swappiness: memorySwappiness,
    disableOOMKiller: oomKillDisable === true ? true : undefined,
  });
}

function cpuOf({
  cpus,
  cpuShares,
  cpuQuota,
  cpuPeriod,
  cpusetCpus,
  cpusetMems,
}: ResourceOptions): CpuResources | undefined {
  return given({
    quota: cpus === undefined ? cpuQuota : Math.round(cpus * CPU_PERIOD),
    period: cpus === undefined ? cpuPeriod : CPU_PERIOD,
    shares: cpuShares,
    cpus: cpusetCpus,
    mems: cpusetMems,
  });
}

/** 100 ms: the kernel's default period of the CPU quota, in µs. */
const CPU_PERIOD = 100_000;
