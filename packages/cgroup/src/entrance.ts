import { O, type Step } from "@wb/syscall";
import { hierarchyId } from "./layout.ts";
import { closeLeftOpen, perform } from "./perform.ts";
import { type Place, placeName, unifiedPlace } from "./place.ts";
import { readIfPresent } from "./read.ts";
import { refusal } from "./refusal.ts";
import { joinBy, openFiles } from "./steps.ts";

/** The Steps by which a new process comes into a group before its first instruction. */
export interface EntrancePlan {
  /** Opens the group, for the process to inherit. */
  readonly open: readonly Step[];
  /** The first Steps of the process: it joins what CLONE_INTO_CGROUP does not lead into, which is every v1 hierarchy. */
  readonly join: readonly Step[];
  /** The same for the v2 tree, for a process that was started without CLONE_INTO_CGROUP: it may take 10 ms. */
  readonly joinUnified: readonly Step[];
  /** The cells that `open` leaves the descriptors of the join files in. */
  readonly cells: readonly string[];
  /** The cell of the v2 group's directory, for CLONE_INTO_CGROUP; none where no v2 tree is mounted. */
  readonly directory?: string;
}

/** A group that is open for a process to join. The descriptors are close-on-exec. */
export interface Entrance {
  readonly join: readonly Step[];
  readonly joinUnified: readonly Step[];
  /** The descriptors that those Steps use, by their cells: inputs of the process's Program. */
  readonly fds: Readonly<Record<string, number>>;
  /** The descriptor of the v2 group's directory, for CLONE_INTO_CGROUP. */
  readonly directory?: number;
}

export function planEntrance(places: readonly Place[]): EntrancePlan {
  const joins = places.map(joinOf);
  const unified = unifiedPlace(places);
  const directories = unified === undefined ? [] : [{ path: unified.directory, cell: DIRECTORY, flags: O.RDONLY | O.DIRECTORY }];
  const stepsFor = (version: 1 | 2): Step[] => joins.filter((one) => one.version === version).map(({ cell, path, of }) => joinBy(cell, path, of));
  return {
    open: places.length === 0 ? [] : [openFiles([...joins, ...directories])],
    join: stepsFor(1),
    joinUnified: stepsFor(2),
    cells: joins.map(({ cell }) => cell),
    ...(unified === undefined ? {} : { directory: DIRECTORY }),
  };
}

/** The entrance that a plan's `open` Steps left in their cells. */
export function entranceOf({ join, joinUnified, cells, directory }: EntrancePlan, number: (cell: string) => number): Entrance {
  return {
    join,
    joinUnified,
    fds: Object.fromEntries(cells.map((cell) => [cell, number(cell)])),
    ...(directory === undefined ? {} : { directory: number(directory) }),
  };
}

/** Opens a group that is there. @throws CgroupError `WB_CGROUP_CREATE` */
export function openEntrance(places: readonly Place[]): Entrance {
  const plan = planEntrance(places);
  const performed = perform(plan.open);
  if (performed.failure === undefined) return entranceOf(plan, performed.number);
  closeLeftOpen(performed);
  throw refusal(performed.failure, { read: readIfPresent });
}

const DIRECTORY = "cgroup:directory";

interface Join {
  readonly version: 1 | 2;
  readonly path: string;
  readonly cell: string;
  readonly flags: number;
  readonly of: string;
}

/**
 * v1 has a second file to join by, `tasks`, for one thread. A process with a single thread that writes "0", itself, may
 * use it, and then the kernel need not hold still every fork and exit of the machine (cgroup_procs_write_start, Linux
 * 5.6): 10 µs instead of the 10 ms that a quiet machine waits for an RCU grace period. v2 has no such file for groups
 * like these; CLONE_INTO_CGROUP is its fast way.
 */
function joinOf(place: Place): Join {
  const { hierarchy, directory } = place;
  const file = hierarchy.version === 1 ? "tasks" : "cgroup.procs";
  return { version: hierarchy.version, path: `${directory}/${file}`, cell: `cgroup:${hierarchyId(hierarchy)}`, flags: O.WRONLY, of: placeName(place) };
}
