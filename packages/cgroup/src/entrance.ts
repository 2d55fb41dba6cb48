import { O, type Step } from "@wb/syscall";
import { hierarchyId } from "./layout.ts";
import { closeLeftOpen, perform } from "./perform.ts";
import { type Place, placeName, unifiedPlace } from "./place.ts";
import { readIfPresent } from "./read.ts";
import { refusal } from "./refusal.ts";
import { joinBy, openFiles } from "./steps.ts";

export interface EntranceOptions {
  /**
   * Whether processes will begin in the group by CLONE_INTO_CGROUP of clone3(2) (Linux 5.7), as far as it is on v2.
   * Otherwise their first Steps join the v2 tree, too, which takes up to 10 ms on a quiet machine. Default true.
   */
  readonly cloneInto?: boolean;
}

/** The Steps by which a new process comes into a group before its first instruction. */
export interface EntrancePlan {
  /** Opens the group, for the process to inherit. */
  readonly open: readonly Step[];
  /** The first Steps of the process: it joins what CLONE_INTO_CGROUP does not lead into, and closes the descriptors. */
  readonly join: readonly Step[];
  /** The cells that `open` leaves the descriptors of the join files in. */
  readonly cells: readonly string[];
  /** The cell of the v2 group's directory, for CLONE_INTO_CGROUP. */
  readonly directory?: string;
}

/** A group that is open for a process to join. The descriptors are close-on-exec. */
export interface Entrance {
  /** The first Steps of the process: it joins what `directory` does not lead into, and closes the descriptors. */
  readonly join: readonly Step[];
  /** The descriptors that those Steps use, by their cells: inputs of the process's Program, for it to inherit. */
  readonly fds: Readonly<Record<string, number>>;
  /** The descriptor of the v2 group's directory, for CLONE_INTO_CGROUP. It must be used where it is there. */
  readonly directory?: number;
}

export function planEntrance(places: readonly Place[], { cloneInto = true }: EntranceOptions = {}): EntrancePlan {
  const unified = cloneInto ? unifiedPlace(places) : undefined;
  const joins = places.filter((place) => place !== unified).map(joinOf);
  const directories =
    unified === undefined ? [] : [{ path: unified.directory, cell: DIRECTORY, flags: O.RDONLY | O.DIRECTORY }];
  return {
    open: places.length === 0 ? [] : [openFiles([...joins, ...directories])],
    join: joins.map(({ cell, path, of }) => joinBy(cell, path, of)),
    cells: joins.map(({ cell }) => cell),
    ...(unified === undefined ? {} : { directory: DIRECTORY }),
  };
}

/** The entrance that a plan's `open` Steps left in their cells. */
export function entranceOf({ join, cells, directory }: EntrancePlan, number: (cell: string) => number): Entrance {
  return {
    join,
    fds: Object.fromEntries(cells.map((cell) => [cell, number(cell)])),
    ...(directory === undefined ? {} : { directory: number(directory) }),
  };
}

/** Opens a group that is there. @throws CgroupError `WB_CGROUP_CREATE` */
export function openEntrance(places: readonly Place[], options: EntranceOptions): Entrance {
  const plan = planEntrance(places, options);
  const performed = perform(plan.open);
  if (performed.failure === undefined) return entranceOf(plan, performed.number);
  closeLeftOpen(performed);
  throw refusal(performed.failure, { read: readIfPresent });
}

const DIRECTORY = "cgroup:directory";

interface Join {
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
  return {
    path: `${directory}/${file}`,
    cell: `cgroup:${hierarchyId(hierarchy)}`,
    flags: O.WRONLY,
    of: placeName(place),
  };
}
