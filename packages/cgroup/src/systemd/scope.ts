import type { CgroupOptions } from "../cgroup.ts";
import type { Layout } from "../layout.ts";
import { placesOf } from "../place.ts";
import { type RemoveOptions, removing, type WaitOptions } from "../remove.ts";
import { drive, driveSync } from "../wait.ts";
import { withManager } from "./manager.ts";
import type { Placeholder } from "./placeholder.ts";
import { type GroupIds, groupIds, isSameGroup } from "./same-group.ts";
import { UnitCgroup, type UnitIdentity } from "./unit-cgroup.ts";

export interface ScopeIdentity extends UnitIdentity {
  /** Below the group: where the placeholder is. */
  readonly leaf: string;
  readonly placeholder: Placeholder;
}

/**
 * A control group that systemd made for a scope, systemd.scope(5): `systemctl status` shows it. What it can do is what every
 * {@link Cgroup} can, and {@link UnitCgroup}.
 *
 * A scope ends with its last process, and systemd removes the group then. Until {@link close} a process that does nothing
 * keeps it alive.
 */
export class Scope extends UnitCgroup {
  readonly #leaf: string;
  readonly #placeholder: Placeholder;
  readonly #ids: GroupIds;

  constructor(path: string, layout: Layout, { leaf, placeholder, ...options }: CgroupOptions & ScopeIdentity) {
    super(path, layout, options);
    this.#leaf = leaf;
    this.#ids = groupIds(placesOf(layout, path));
    this.#placeholder = placeholder;
  }

  /** A scope that ended, and whose name another one has now, is not there: nothing here does anything to the other. */
  override exists(): boolean {
    return super.exists() && isSameGroup(this.#ids);
  }

  override async kill(options: WaitOptions = {}): Promise<void> {
    if (isSameGroup(this.#ids)) await super.kill(options);
  }

  override killSync(options: WaitOptions = {}): void {
    if (isSameGroup(this.#ids)) super.killSync(options);
  }

  /** Removes the group and stops the unit. @throws CgroupError `WB_CGROUP_BUSY` when processes are in it and stay */
  override async remove(options: RemoveOptions = {}): Promise<void> {
    this.#endPlaceholder();
    if (!isSameGroup(this.#ids)) return;
    await super.remove(options);
    await drive(this.#stopping());
  }

  /** The same, blocking the thread while it waits. */
  override removeSync(options: RemoveOptions = {}): void {
    this.#endPlaceholder();
    if (!isSameGroup(this.#ids)) return;
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
    if (isSameGroup(this.#ids)) driveSync(removing(this.#leaf, placesOf(this.layout, this.#leaf), {}));
  }

  #stopping() {
    return withManager(this.manager, (manager) => manager.stopUnit(this.unit));
  }
}
