import { readFileSync } from "node:fs";
import { type Cgroup, CgroupError } from "@wb/cgroup";
import { isErrno } from "@wb/syscall";
import { openContainerGroup } from "../../runtime/lifecycle/container-group.ts";
import type { StatsUsage } from "../columns/stats-columns.ts";
import type { ContainerInfo } from "../containers/container-info.ts";
import { machineMemory } from "./machine-memory.ts";
import { networkTraffic } from "./network-traffic.ts";
import { USAGE_FILES } from "./usage-files.ts";
import { usageOf, type UsageSample } from "./usage-of.ts";

export interface UsageSampler {
  /** What a container uses now, and of the CPU since the last time; undefined for one that does not run, or has no control group. */
  readonly sample: (info: SampledContainer) => Promise<StatsUsage | undefined>;
}

export type SampledContainer = Pick<ContainerInfo, "id" | "record" | "config">;

/** Remembers of each container where its control group is, and its last sample. About half a millisecond for each. */
export function usageSampler(): UsageSampler {
  const total = machineMemory();
  const known = new Map<string, Known>();
  return {
    sample: async ({ id, record, config }) => {
      if (record === undefined) return undefined;
      let one = known.get(id);
      const start = `${record.init_process_pid} ${record.init_process_start}`;
      if (one?.start !== start) {
        const group = await openContainerGroup(record);
        one = group === undefined ? undefined : { start, group };
      }
      if (one === undefined) return undefined;
      const network = config.options.net.mode === "host" ? NO_TRAFFIC : trafficOf(record.init_process_pid);
      const stats = statsOf(one.group);
      if (stats === undefined || network === undefined) return undefined;
      const sample: UsageSample = { stats, ...network, at: performance.now() };
      known.set(id, { ...one, sample });
      return usageOf(sample, one.sample, total);
    },
  };
}

interface Known {
  /** Of its first process: a container that was started again is another one. */
  readonly start: string;
  readonly group: Cgroup;
  readonly sample?: UsageSample;
}

/** docker shows none for the host's own network. */
const NO_TRAFFIC = { received: 0, sent: 0 } as const;

function trafficOf(pid: number): ReturnType<typeof networkTraffic> | undefined {
  try {
    return networkTraffic(readFileSync(`/proc/${pid}/net/dev`, "utf8"));
  } catch (error) {
    // It has ended; EINVAL is what a process says that is being taken apart.
    if (isErrno(error, "ENOENT", "ESRCH", "EINVAL")) return undefined;
    throw error;
  }
}

function statsOf(group: Cgroup): UsageSample["stats"] | undefined {
  try {
    return group.stats({ files: USAGE_FILES });
  } catch (error) {
    if (error instanceof CgroupError && error.code === "WB_CGROUP_GONE") return undefined;
    throw error;
  }
}
