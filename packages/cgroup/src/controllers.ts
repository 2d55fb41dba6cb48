import type { Controller, Current, Side, Write } from "./controller.ts";
import type { CpuStats } from "./controllers/cpu-stats.ts";
import { cpu } from "./controllers/cpu.ts";
import { cpuset, type CpusetStats } from "./controllers/cpuset.ts";
import { hugetlb, type HugetlbStats } from "./controllers/hugetlb.ts";
import type { IoStats } from "./controllers/io-stats.ts";
import { io } from "./controllers/io.ts";
import type { MemoryStats } from "./controllers/memory-stats.ts";
import { memory } from "./controllers/memory.ts";
import { misc, type MiscStats } from "./controllers/misc.ts";
import { netCls, netPrio } from "./controllers/net.ts";
import { pids, type PidsStats } from "./controllers/pids.ts";
import { rdma, type RdmaStats } from "./controllers/rdma.ts";
import type { Limits } from "./limits.ts";
import { pressureOf, type PressureStats } from "./pressure.ts";

/** What a group uses and used: the same shape on both versions. A controller that it does not have is left out. */
export interface CgroupStats {
  readonly memory?: MemoryStats;
  readonly cpu?: CpuStats;
  readonly pids?: PidsStats;
  readonly cpuset?: CpusetStats;
  readonly io?: IoStats;
  readonly hugetlb?: HugetlbStats;
  readonly rdma?: RdmaStats;
  readonly misc?: MiscStats;
  readonly pressure?: PressureStats;
}

/** The controllers that limits are for. Devices are none on v2, and stand by themselves: devices/. */
export type ControllerName = Exclude<keyof Limits, "devices" | "unified" | "legacy">;

/** The order in which their limits are written. */
const CONTROLLERS: Controllers = { cpuset, memory, cpu, pids, io, hugetlb, rdma, misc, netCls, netPrio };

type Controllers = { readonly [K in ControllerName]: Row<K> };
type Row<K extends ControllerName> = Controller<NonNullable<Limits[K]>, StatsOf<K>>;
type StatsOf<K> = K extends keyof CgroupStats ? NonNullable<CgroupStats[K]> : never;

/** The fields of {@link Limits} in the order in which they are written. */
export const controllerNames: readonly ControllerName[] = Object.keys(CONTROLLERS) as ControllerName[];

/** The kernel's names of a controller: `{ 1: "blkio", 2: "io" }`, `{ 1: "net_cls" }`. */
export function kernelNames(name: ControllerName): { readonly 1: string; readonly 2: string | undefined } {
  const { v1, v2 } = CONTROLLERS[name];
  return { 1: v1.controller, 2: v2?.controller };
}

/** Whether some limit of a controller is given. */
export function isGiven(name: ControllerName, limits: Limits): boolean {
  return Object.values(limits[name] ?? {}).some((value) => value !== undefined);
}

/** The controllers that limits need on v2. */
export function neededControllers(limits: Limits): string[] {
  const named = controllerNames.filter((name) => isGiven(name, limits)).flatMap((name) => kernelNames(name)[2] ?? []);
  return [...named, ...Object.keys(limits.unified ?? {}).map((file) => file.slice(0, file.indexOf(".")))];
}

/** The values that a controller's limits come to on a version; none where none were given. */
export function writesOf(name: ControllerName, limits: Limits, version: 1 | 2, current: Current): readonly Write[] {
  return writesOfRow(name, limits[name], version, current);
}

function writesOfRow<K extends ControllerName>(
  name: K,
  given: Limits[K],
  version: 1 | 2,
  current: Current,
): readonly Write[] {
  const row: Row<K> = CONTROLLERS[name];
  const side: Side<NonNullable<Limits[K]>, StatsOf<K>> | undefined = version === 1 ? row.v1 : row.v2;
  return given === undefined ? [] : (side?.writes(given, current) ?? []);
}

/** A group's statistics, from what its files hold on either version. */
export function statsOf(v1: Current, v2: Current): CgroupStats {
  const found = Object.entries(CONTROLLERS).map(([name, row]) => [name, row.v1.stats?.(v1) ?? row.v2?.stats?.(v2)]);
  return Object.fromEntries([...found, ["pressure", pressureOf(v2)]].filter(([, stats]) => stats !== undefined));
}
