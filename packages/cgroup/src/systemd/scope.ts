import { Cgroup, type CgroupOptions } from "../cgroup.ts";
import { CgroupError } from "../error.ts";
import type { Layout } from "../layout.ts";
import type { Limits } from "../limits.ts";
import { placesOf } from "../place.ts";
import { codeOf } from "../read.ts";
import { removing, type WaitOptions } from "../remove.ts";
import { drive, driveSync } from "../wait.ts";
import { type ManagerKind, withManager } from "./manager.ts";
import type { Placeholder } from "./placeholder.ts";
import { settingProperties } from "./set-unit-properties.ts";

export interface ScopeIdentity {
  readonly unit: string;
  readonly manager: ManagerKind;
  /** Below the group: where the placeholder is. */
  readonly leaf: string;
  readonly placeholder: Placeholder;
}

/**
 * A control group that systemd made for a scope, systemd.scope(5): `systemctl status` shows it. What it can do is what every
 * {@link Cgroup} can.
 *
 * A scope ends with its last process, and systemd removes the group then. Until {@link close} a process that does nothing
 * keeps it alive.
 */
export class Scope extends Cgroup {
  /** `docker-3f2a.scope` */
  readonly unit: string;
  readonly #manager: ManagerKind;
  readonly #leaf: string;
  readonly #placeholder: Placeholder;

  constructor(
    path: string,
    layout: Layout,
    { unit, manager, leaf, placeholder, ...options }: CgroupOptions & ScopeIdentity,
  ) {
    super(path, layout, options);
    this.unit = unit;
    this.#manager = manager;
    this.#leaf = leaf;
    this.#placeholder = placeholder;
  }

  /** As {@link Cgroup.add}; what only systemd may move, out of a login's session, it moves. */
  override add(pid: number): void {
    try {
      super.add(pid);
    } catch (error) {
      if (!(error instanceof CgroupError) || codeOf(error.cause) !== "EACCES") throw error;
      driveSync(withManager(this.#manager, (manager) => manager.attachProcesses(this.unit, [pid])));
    }
  }

  /**
   * As {@link Cgroup.apply}, and tells systemd, which would otherwise go back to the limits before when it reloads. Blocks
   * the thread until it has answered.
   *
   * @throws CgroupError as there; `WB_CGROUP_SYSTEMD` when the limits are in force and systemd does not know of them
   */
  override apply(limits: Limits): void {
    super.apply(limits);
    driveSync(settingProperties(this.unit, limits, this.#manager));
  }

  /** Removes the group and stops the unit. @throws CgroupError `WB_CGROUP_BUSY` when processes are in it and stay */
  override async remove(options: WaitOptions = {}): Promise<void> {
    this.#endPlaceholder();
    await super.remove(options);
    await drive(this.#stopping());
  }

  /** The same, blocking the thread while it waits. */
  override removeSync(options: WaitOptions = {}): void {
    this.#endPlaceholder();
    super.removeSync(options);
    driveSync(this.#stopping());
  }

  /**
   * Closes the descriptors of {@link entrance}, and ends the process that keeps the scope alive: when no other is in it,
   * the scope ends.
   */
  override close(): void {
    super.close();
    this.#endPlaceholder();
  }

  #endPlaceholder(): void {
    this.#placeholder.end();
    driveSync(removing(this.#leaf, placesOf(this.layout, this.#leaf), {}));
  }

  #stopping() {
    return withManager(this.#manager, (manager) => manager.stopUnit(this.unit));
  }
}
