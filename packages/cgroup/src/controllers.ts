import type { Controller, Current, Write } from "./controller.ts";
import { cpu, type CpuStats } from "./controllers/cpu.ts";
import { memory, type MemoryStats } from "./controllers/memory.ts";
import { pids, type PidsStats } from "./controllers/pids.ts";
import type { Limits } from "./limits.ts";

/** What a group uses and used: the same shape on both versions. A controller that it does not have is left out. */
export interface CgroupStats {
  readonly memory?: MemoryStats;
  readonly cpu?: CpuStats;
  readonly pids?: PidsStats;
}

/** The controllers that limits are for. Devices are none on v2, and stand by themselves: devices/. */
export type ControllerName = keyof CgroupStats;

/** The order in which their limits are written. */
const CONTROLLERS: Controllers = { memory, cpu, pids };

type Controllers = { readonly [K in ControllerName]: Row<K> };
type Row<K extends ControllerName> = Controller<NonNullable<Limits[K]>, NonNullable<CgroupStats[K]>>;

export const controllerNames: readonly ControllerName[] = Object.keys(CONTROLLERS) as ControllerName[];

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
  if (given === undefined) return [];
  return version === 1 ? row.v1(given, current) : row.v2(given, current);
}

/** A group's statistics, from what its files hold on either version. */
export function statsOf(v1: Current, v2: Current): CgroupStats {
  const found = controllerNames.map((name) => [name, CONTROLLERS[name].statsV1(v1) ?? CONTROLLERS[name].statsV2(v2)]);
  return Object.fromEntries(found.filter(([, stats]) => stats !== undefined));
}
