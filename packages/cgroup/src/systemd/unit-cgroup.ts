import { Cgroup, type CgroupOptions } from "../cgroup.ts";
import { CgroupError } from "../error.ts";
import type { Layout } from "../layout.ts";
import type { Limits } from "../limits.ts";
import { codeOf } from "../read.ts";
import { driveSync } from "../wait.ts";
import { applyingToUnit } from "./apply-to-unit.ts";
import { type ManagerKind, withManager } from "./manager.ts";

export interface UnitIdentity {
  readonly unit: string;
  readonly manager: ManagerKind;
}

/** A control group that systemd made for a unit, and writes to: it is told what changes. */
export class UnitCgroup extends Cgroup {
  /** `docker-3f2a.scope` */
  readonly unit: string;
  /** Which systemd it is that of. */
  readonly manager: ManagerKind;

  constructor(path: string, layout: Layout, { unit, manager, ...options }: CgroupOptions & UnitIdentity) {
    super(path, layout, options);
    this.unit = unit;
    this.manager = manager;
  }

  /** As {@link Cgroup.add}; what only systemd may move, out of a login's session, it moves. */
  override add(pid: number): void {
    try {
      super.add(pid);
    } catch (error) {
      if (!(error instanceof CgroupError) || codeOf(error.cause) !== "EACCES") throw error;
      driveSync(withManager(this.manager, (manager) => manager.attachProcesses(this.unit, [pid])));
    }
  }

  /**
   * As {@link Cgroup.apply}, and tells systemd, which would otherwise go back to the limits before when it reloads: all of
   * them or none, in both. What is not asked for stays as it is. Blocks the thread until systemd has answered.
   *
   * @throws CgroupError as there; `WB_CGROUP_SYSTEMD` when systemd cannot be reached or refuses
   */
  override apply(limits: Limits): void {
    if (!this.exists())
      throw new CgroupError("WB_CGROUP_GONE", `there is no cgroup ${this.path} of ${this.unit}`, { path: this.path });
    driveSync(applyingToUnit(this, limits));
  }
}
