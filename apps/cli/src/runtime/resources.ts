import type { Limits, Size } from "@wb/cgroup";
import { RUNTIME_DEVICE_RULES } from "@wb/security";
import type { Resources } from "../oci/spec.ts";

/** The limits of an OCI configuration's `linux.resources` as `@wb/cgroup` takes them. */
export function cgroupLimits({ devices, memory, cpu, pids }: Resources): Limits {
  const { limit, reservation, swap } = memory ?? {};
  return {
    ...(memory === undefined
      ? {}
      : {
          memory: {
            ...(limit === undefined ? {} : { max: size(limit) }),
            ...(reservation === undefined ? {} : { low: size(reservation) }),
            ...(swap === undefined ? {} : { swapMax: swapAlone(swap, limit) }),
          },
        }),
    ...(cpu === undefined
      ? {}
      : {
          cpu: {
            ...(cpu.shares === undefined ? {} : { shares: cpu.shares }),
            ...(cpu.quota === undefined && cpu.period === undefined
              ? {}
              : {
                  max: {
                    ...(cpu.quota === undefined ? {} : { quotaUs: cpu.quota < 0 ? "max" : cpu.quota }),
                    ...(cpu.period === undefined ? {} : { periodUs: cpu.period }),
                  },
                }),
          },
        }),
    ...(pids === undefined ? {} : { pids: { max: pids.limit <= 0 ? "max" : pids.limit } }),
    ...(devices === undefined ? {} : { devices: [...devices, ...RUNTIME_DEVICE_RULES] }),
  };
}

/** -1 is no limit. */
function size(bytes: number): Size {
  return bytes < 0 ? "max" : bytes;
}

/** The specification counts memory and swap together, cgroup v2 swap alone. */
function swapAlone(swap: number, limit = 0): Size {
  return swap < 0 ? "max" : Math.max(0, swap - limit);
}
