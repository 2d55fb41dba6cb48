import type { Limits } from "../limits.ts";
import { drive, type Waiting } from "../wait.ts";
import { type ManagerKind, withManager } from "./manager.ts";
import { limitProperties } from "./properties.ts";

export interface UnitOptions {
  /** Which systemd it is told. Default: the machine's for root, the user's own for others. */
  readonly manager?: ManagerKind;
}

/**
 * Tells systemd the limits of a unit, which would otherwise go back to those before when it reloads. What it has no property
 * for it does not set, and is not told of. {@link Scope.apply} does so by itself; this is for a group that
 * {@link openCgroup} opened.
 *
 * @throws CgroupError `WB_CGROUP_SYSTEMD` when systemd cannot be reached or refuses
 * @example
 * await setUnitProperties("web.scope", { memory: { max: "64m" } }); // systemctl set-property --runtime web.scope MemoryMax=64M
 */
export async function setUnitProperties(unit: string, limits: Limits, options: UnitOptions = {}): Promise<void> {
  const { manager = process.geteuid?.() === 0 ? "system" : "user" } = options;
  await drive(settingProperties(unit, limits, manager));
}

export function* settingProperties(unit: string, limits: Limits, kind: ManagerKind): Waiting<void> {
  const properties = limitProperties(limits);
  if (properties.length === 0) return;
  yield* withManager(kind, (manager) => manager.setUnitProperties(unit, properties));
}
