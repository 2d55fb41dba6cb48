import { closeSync } from "node:fs";
import { addProcess } from "./add.ts";
import { applyLimits } from "./apply.ts";
import type { CgroupStats } from "./controllers.ts";
import { delegateTo } from "./delegate.ts";
import { type Entrance, type EntranceOptions, openEntrance } from "./entrance.ts";
import { CgroupError } from "./error.ts";
import type { CgroupEvent } from "./events/event.ts";
import { cgroupEvents, type EventsOptions } from "./events/events.ts";
import { type Freezable, freezingAll, thawingAll } from "./freeze.ts";
import { freezerOf, isFrozen } from "./freezer.ts";
import { isGroup } from "./is-group.ts";
import { killing } from "./kill.ts";
import type { Layout } from "./layout.ts";
import type { Limits } from "./limits.ts";
import { pidsIn, type PidsOptions } from "./pids.ts";
import { type Place, placesOf } from "./place.ts";
import { readStats, type StatsOptions } from "./read-stats.ts";
import { removeParents } from "./remove-parents.ts";
import { type RemoveOptions, removing, type WaitOptions } from "./remove.ts";
import { drive, driveSync } from "./wait.ts";

export interface CgroupOptions extends EntranceOptions {
  /** What was opened already: {@link Cgroup.close} closes it. */
  readonly entrance?: Entrance;
  /** Directories above the group that were made for it. */
  readonly parents?: readonly string[];
}

/**
 * A control group, in every hierarchy that has one of its path. What it does on v1 and on v2 is the same.
 *
 * `await using` kills what is in it, removes it and closes its descriptors at the end of the block.
 */
export class Cgroup implements AsyncDisposable, Disposable {
  /** `/my-group`: below the root of each hierarchy. */
  readonly path: string;
  readonly layout: Layout;
  readonly #places: readonly Place[];
  readonly #parents: readonly string[];
  readonly #options: EntranceOptions;
  #entrance: Entrance | undefined;

  constructor(path: string, layout: Layout, { entrance, parents = [], ...options }: CgroupOptions = {}) {
    this.path = path;
    this.layout = layout;
    this.#places = placesOf(layout, path);
    this.#parents = parents;
    this.#options = options;
    this.#entrance = entrance;
  }

  /** Whether some hierarchy has the group. */
  exists(): boolean {
    return this.#places.some(({ directory }) => isGroup(directory));
  }

  /**
   * Opens the group for a process that is about to begin in it; until {@link close}.
   *
   * @throws CgroupError `WB_CGROUP_GONE`, `WB_CGROUP_CREATE`
   */
  entrance(): Entrance {
    this.#entrance ??= openEntrance(this.#presentOrGone(), this.#options);
    return this.#entrance;
  }

  /**
   * Moves a process and all its threads into the group, `cgroup.procs`. Its memory stays with the group that it was in.
   * When one hierarchy refuses, it goes back to where it was in the others.
   *
   * @throws CgroupError `WB_CGROUP_WRITE` when there is no such process, or the kernel refused it; `WB_CGROUP_GONE` when
   * there is no such group
   */
  add(pid: number): void {
    addProcess(this.#presentOrGone(), pid);
  }

  /**
   * Sets limits; those that are left away stay as they are. All of them or none: what was set before one that the kernel
   * refuses gets its old value again.
   *
   * @throws CgroupError `WB_CGROUP_LIMIT`, `WB_CGROUP_CONTROLLER` before anything is written; `WB_CGROUP_WRITE` for what the
   * kernel refused; `WB_CGROUP_GONE`
   * @example
   * group.apply({ memory: { max: "512m" }, pids: { max: 100 } }); // echo 512m > memory.max; echo 100 > pids.max
   */
  apply(limits: Limits): void {
    this.#presentOrGone();
    applyLimits(this.layout, this.#places, limits);
  }

  /**
   * The descriptor of the group's directory in the v2 tree, for CLONE_INTO_CGROUP of clone3(2) (Linux 5.7), until
   * {@link close}; undefined where there is none. A process that begins so is in the v2 tree's group alone: see
   * {@link entrance} for v1.
   *
   * @throws CgroupError as {@link entrance}
   */
  get fd(): number | undefined {
    return this.entrance().directory;
  }

  /** The processes in the group, in ascending order. */
  pids(options: PidsOptions = {}): number[] {
    return pidsIn(this.#places, options);
  }

  /**
   * What the group uses and used, of memory in bytes, of CPUs in microseconds. For many groups at a time, `files` says which files
   * are read, by the kernel's names: what the others hold is left out.
   *
   * @throws CgroupError `WB_CGROUP_GONE`
   */
  stats(options: StatsOptions = {}): CgroupStats {
    const stats = readStats(this.#places, options);
    if (Object.keys(stats).length === 0) this.#presentOrGone();
    return stats;
  }

  /**
   * What happens to the group from now on, without polling: processes came or all are gone, all stand still or go on, memory
   * ran out, pressure rose. It ends when the group is removed. Until then, or until the loop is left, Node stays alive.
   *
   * v1 alone tells of `oom` and `oom_kill` only.
   *
   * @throws CgroupError `WB_CGROUP_GONE`; `WB_CGROUP_LIMIT`, `WB_CGROUP_WRITE` for a trigger that is none
   * @example
   * for await (const event of group.events()) if (event.type === "populated" && !event.value) break; // all have ended
   */
  events(options: EventsOptions = {}): AsyncIterableIterator<CgroupEvent> {
    return cgroupEvents(this.#presentOrGone(), options);
  }

  /**
   * Stops every process of the group and below, also what is forked meanwhile, and waits until all stand still. When the
   * time is up, they go on again. By v1's freezer (Linux 2.6.28), on v2 by `cgroup.freeze` (Linux 5.2).
   *
   * @throws CgroupError `WB_CGROUP_BUSY` when the time is up, or when this process is in the group; `WB_CGROUP_GONE`;
   * `WB_CGROUP_CONTROLLER` where nothing can freeze
   * @example
   * await group.freeze(); // echo 1 > cgroup.freeze
   * await group.thaw();
   */
  async freeze(options: WaitOptions = {}): Promise<void> {
    await drive(freezingAll(this.#freezable, options));
  }

  /** The same, blocking the thread while it waits. */
  freezeSync(options: WaitOptions = {}): void {
    driveSync(freezingAll(this.#freezable, options));
  }

  /** Whether the group is frozen, and all its processes stand still. */
  isFrozen(): boolean {
    const freezer = freezerOf(this.#places);
    return freezer !== undefined && isFrozen(freezer);
  }

  /**
   * Lets the processes go on, and waits until they do. A group below that was frozen by itself stays frozen.
   *
   * @throws CgroupError `WB_CGROUP_BUSY` when the group above is frozen and stays so; `WB_CGROUP_GONE`
   */
  async thaw(options: WaitOptions = {}): Promise<void> {
    await drive(thawingAll(this.#freezable, options));
  }

  /** The same, blocking the thread while it waits. */
  thawSync(options: WaitOptions = {}): void {
    driveSync(thawingAll(this.#freezable, options));
  }

  /**
   * Gives the group in the v2 tree to a user, who may then make groups below it: cgroups(7), "Delegating a hierarchy". Its
   * limits stay the caller's. v1 groups are not given away, for their owner could leave them.
   *
   * @throws CgroupError `WB_CGROUP_CONTROLLER` where no v2 tree is mounted; `WB_CGROUP_WRITE`, `WB_CGROUP_GONE`
   * @example
   * group.delegate(1000, 1000); // chown 1000:1000 . cgroup.procs cgroup.subtree_control cgroup.threads
   */
  delegate(uid: number, gid: number): void {
    this.#presentOrGone();
    delegateTo({ uid, gid }, this.layout, this.#places);
  }

  /**
   * Kills all that is in the group and below, also what is forked or moved meanwhile, and waits until nothing is left. A
   * group that is not there, or not in every hierarchy, is no error.
   *
   * @throws CgroupError `WB_CGROUP_BUSY` when the time is up, or when this process is in the group
   */
  async kill(options: WaitOptions = {}): Promise<void> {
    await drive(killing(this.path, this.#places, options));
  }

  /** The same, blocking the thread while it waits. */
  killSync(options: WaitOptions = {}): void {
    driveSync(killing(this.path, this.#places, options));
  }

  /**
   * Removes the group and all below it, wherever it is, and the groups above it that were made for it and are empty. While
   * a process is in one of them, it removes none. Closes what {@link close} closes.
   *
   * @throws CgroupError `WB_CGROUP_BUSY` when processes are in it and stay
   */
  async remove(options: RemoveOptions = {}): Promise<void> {
    await drive(removing(this.path, this.#places, options));
    this.close();
    removeParents(this.#parents);
  }

  /** The same, blocking the thread while it waits. */
  removeSync(options: RemoveOptions = {}): void {
    driveSync(removing(this.path, this.#places, options));
    this.close();
    removeParents(this.#parents);
  }

  /** Closes the descriptors of {@link entrance}, which {@link createCgroup} opens already. The group stays. */
  close(): void {
    const { fds = {}, directory } = this.#entrance ?? {};
    this.#entrance = undefined;
    for (const fd of [...Object.values(fds), ...(directory === undefined ? [] : [directory])]) closeSync(fd);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.kill();
    await this.remove({ killed: true });
  }

  [Symbol.dispose](): void {
    this.close();
    this.killSync();
    this.removeSync({ killed: true });
  }

  get #freezable(): Freezable {
    return { path: this.path, layout: this.layout, places: this.#places };
  }

  #presentOrGone(): Place[] {
    const present = this.#places.filter(({ directory }) => isGroup(directory));
    if (present.length > 0) return present;
    const where = this.#places.map(({ directory }) => directory).join(", ") || "no hierarchy is mounted";
    throw new CgroupError("WB_CGROUP_GONE", `there is no cgroup ${this.path} (${where})`, { path: this.path });
  }
}
