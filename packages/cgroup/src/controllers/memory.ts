import { checkRange, type Controller, type Current, onlyOnV1, onlyOnV2, type Write, write } from "../controller.ts";
import { CgroupError } from "../error.ts";
import type { MemoryLimits } from "../limits.ts";
import { parseFlatKeyed, parseSingle } from "../parse.ts";
import { bytesOf } from "../size.ts";
import { type MemoryStats, memoryStatsV1, memoryStatsV2 } from "./memory-stats.ts";

/** Documentation/admin-guide/cgroup-v1/memory.rst; cgroup-v2.rst, "Memory" (Linux 4.5). */
export const memory: Controller<MemoryLimits, MemoryStats> = {
  v1: {
    controller: "memory",
    writes: (given, current) => {
      const limits = inBytes(given);
      onlyOnV2<Bytes>("memory.high", limits.high, "max");
      onlyOnV2<Bytes>("memory.min", limits.min, 0);
      onlyOnV2("memory.oom.group", given.oomGroup, false);
      return [
        ...limitAndSwap(limits, current),
        ...write("memory.soft_limit_in_bytes", size(limits.low)),
        ...write("memory.kmem.limit_in_bytes", size(limits.kernel)),
        ...write("memory.kmem.tcp.limit_in_bytes", size(limits.kernelTcp)),
        ...write("memory.swappiness", given.swappiness),
        ...oomControl(given.oomKillDisable, current),
      ];
    },
    stats: memoryStatsV1,
  },
  v2: {
    controller: "memory",
    writes: (given) => {
      const limits = inBytes(given);
      for (const [name, value] of Object.entries(onV1Alone(given))) onlyOnV1(name, value);
      return [
        ...write("memory.min", limits.min),
        ...write("memory.low", limits.low),
        ...write("memory.high", limits.high),
        ...write("memory.max", limits.max),
        ...write("memory.swap.max", limits.swapMax),
        ...write("memory.oom.group", given.oomGroup === undefined ? undefined : Number(given.oomGroup)),
      ];
    },
    stats: memoryStatsV2,
  },
};

type Bytes = number | "max";

type LimitsInBytes = { readonly [K in (typeof SIZES)[number][0]]: Bytes | undefined };

const SIZES = [
  ["max", "memory.max"],
  ["high", "memory.high"],
  ["low", "memory.low"],
  ["min", "memory.min"],
  ["swapMax", "memory.swap.max"],
  ["kernel", "memory.kmem.limit_in_bytes"],
  ["kernelTcp", "memory.kmem.tcp.limit_in_bytes"],
] as const;

function inBytes(limits: MemoryLimits): LimitsInBytes {
  checkRange("memory.swappiness", limits.swappiness, 0, 200);
  return Object.fromEntries(SIZES.map(([key, name]) => [key, bytesOf(name, limits[key])])) as LimitsInBytes;
}

function onV1Alone({ swappiness, kernel, kernelTcp, oomKillDisable }: MemoryLimits): Record<string, OnV1Alone> {
  return {
    "memory.swappiness": swappiness,
    "memory.kmem.limit_in_bytes": kernel,
    "memory.kmem.tcp.limit_in_bytes": kernelTcp,
    "memory.oom_control": oomKillDisable === false ? undefined : oomKillDisable,
  };
}

type OnV1Alone = number | string | boolean | undefined;

/** The file is read with three lines, and written with the first one's value. */
function oomControl(disable: boolean | undefined, current: Current): Write[] {
  if (disable === undefined) return [];
  const before = parseFlatKeyed(current("memory.oom_control"))["oom_kill_disable"];
  const undo = before === undefined ? [] : write("memory.oom_control", before);
  return [{ file: "memory.oom_control", value: String(Number(disable)), undo }];
}

/** v1 has no word for "no limit". */
function size(value: Bytes | undefined): number | undefined {
  return value === "max" ? -1 : value;
}

/**
 * v1 limits memory (`limit_in_bytes`) and the sum of memory and swap (`memsw.limit_in_bytes`), and refuses at any moment a
 * limit above the sum (EINVAL): the one that makes room is written first.
 */
function limitAndSwap(limits: LimitsInBytes, current: Current): Write[] {
  const limit = write("memory.limit_in_bytes", size(limits.max));
  const sum = write("memory.memsw.limit_in_bytes", size(sumOf(limits, current)));
  const sumNow = parseSingle(current("memory.memsw.limit_in_bytes")) ?? "max";
  return bytes(limits.max ?? 0) > bytes(sumNow) ? [...sum, ...limit] : [...limit, ...sum];
}

/** A new limit of memory takes the sum with it, so that swap, which v2 limits by itself, keeps its limit. */
function sumOf({ max, swapMax }: LimitsInBytes, current: Current): Bytes | undefined {
  if (swapMax === "max") return swapMax;
  const limitNow = parseSingle(current("memory.limit_in_bytes")) ?? "max";
  const sumNow = parseSingle(current("memory.memsw.limit_in_bytes")) ?? "max";
  const swap = swapMax ?? (limitNow === "max" || sumNow === "max" ? "max" : sumNow - limitNow);
  if (swap === "max" || (swapMax === undefined && max === undefined)) return undefined;
  const limit = max ?? limitNow;
  if (limit !== "max") return limit + swap;
  throw new CgroupError(
    "WB_CGROUP_LIMIT",
    `on cgroup v1 memory.swap.max cannot be ${swap} while memory.max is "max": it limits the sum of both`,
    {
      value: String(swap),
      hint: "give both: memory.max as a size, or memory.swap.max as max, too",
    },
  );
}

function bytes(value: Bytes): number {
  return value === "max" ? Number.POSITIVE_INFINITY : value;
}
