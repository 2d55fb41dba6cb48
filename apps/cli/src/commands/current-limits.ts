import type { Cgroup, Limits } from "@wb/cgroup";
import { cgroupValue, versionsOf } from "./cgroup-get.ts";
import { parseSettings } from "./cgroup-settings.ts";

/**
 * What a group has now of the limits that are asked for.
 *
 * @throws CgroupError for one whose controller is not there
 */
export function currentLimits(group: Cgroup, wanted: Limits): Limits {
  const keys = FIELDS.filter(([, field]) => field(wanted) !== undefined).map(([key]) => key);
  return limitsOf(group, keys);
}

/** The limits of some keys. */
export function limitsOf(group: Cgroup, keys: readonly string[]): Limits {
  const versionOf = versionsOf(group.layout);
  const words = keys.flatMap((key) => {
    // Shares that went to a weight and back would be others.
    const exact = key === "cpu.weight" && versionOf("cpu") === 1 ? "cpu.shares" : key;
    const lines = cgroupValue(group, exact).split("\n");
    return lines.map((line) => `${exact}=${line}`);
  });
  return parseSettings(words, versionOf);
}

/** What docker-update(1) can change. */
const FIELDS: readonly (readonly [key: string, field: (limits: Limits) => unknown])[] = [
  ["memory.max", ({ memory }) => memory?.max ?? memory?.swapMax],
  ["memory.swap.max", ({ memory }) => memory?.swapMax],
  ["memory.low", ({ memory }) => memory?.low],
  ["cpu.weight", ({ cpu }) => cpu?.shares],
  ["cpu.max", ({ cpu }) => cpu?.max],
  ["cpuset.cpus", ({ cpuset }) => cpuset?.cpus],
  ["cpuset.mems", ({ cpuset }) => cpuset?.mems],
  ["pids.max", ({ pids }) => pids?.max],
  ["io.weight", ({ io }) => io?.weight],
];
