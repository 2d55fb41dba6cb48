import { type CpuLimits, type CpusetLimits, type Limits, weightToShares } from "@wb/cgroup";
import type { CpuResources } from "../../oci/resources.ts";
import { UserError } from "../../user-error.ts";
import { fromOci, given, noWord, toOci } from "./sizes.ts";

/** config-linux.md, "CPU": of the controllers `cpu` and `cpuset`. */
export function cpuLimits(cpu: CpuResources): Pick<Limits, "cpu" | "cpuset" | "legacy"> {
  return (
    given({
      cpu: given({
        shares: nonzero(cpu.shares),
        max: given({ quotaUs: fromOci(cpu.quota), periodUs: nonzero(cpu.period) }),
        burstUs: cpu.burst,
        idle: isIdle(cpu.idle),
      }),
      cpuset: given({ cpus: nonempty(cpu.cpus), mems: nonempty(cpu.mems) }),
      // A runtime above the period is refused: the period is first.
      legacy: given({
        [RT_PERIOD]: nonzero(cpu.realtimePeriod)?.toString(),
        [RT_RUNTIME]: cpu.realtimeRuntime?.toString(),
      }),
    }) ?? {}
  );
}

/** The kernel takes no other number either. */
function isIdle(idle: number | undefined): boolean | undefined {
  if (idle === undefined) return undefined;
  if (idle === 0 || idle === 1) return idle === 1;
  throw new UserError(`cpu.idle is ${idle}`, { hint: "0 or 1 is meant" });
}

/** The same limits in the specification's words; a weight is what shares become on v2. */
export function ociCpu(
  { weight, shares, max, burstUs, idle }: CpuLimits,
  legacy: Limits["legacy"] = {},
): CpuResources | undefined {
  const other = Object.keys(legacy).find((file) => file !== RT_PERIOD && file !== RT_RUNTIME);
  if (other !== undefined) throw noWord(`v1's ${other}`);
  const number = (value: string | undefined): number | undefined => (value === undefined ? undefined : Number(value));
  return given({
    shares: shares ?? (weight === undefined ? undefined : weightToShares(weight)),
    quota: toOci(max?.quotaUs),
    period: max?.periodUs,
    burst: burstUs,
    idle: idle === undefined ? undefined : Number(idle),
    realtimePeriod: number(legacy[RT_PERIOD]),
    realtimeRuntime: number(legacy[RT_RUNTIME]),
  });
}

/** Its two lists, and the file of v2 that the specification has no word for. */
export function ociCpuset({ cpus, mems, partition }: CpusetLimits): {
  cpu?: CpuResources | undefined;
  unified: Record<string, string>;
} {
  return { cpu: given({ cpus, mems }), unified: given({ "cpuset.cpus.partition": partition }) ?? {} };
}

/** Documentation/scheduler/sched-rt-group.rst. */
const RT_PERIOD = "cpu.rt_period_us";
const RT_RUNTIME = "cpu.rt_runtime_us";

function nonzero(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value;
}

function nonempty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
