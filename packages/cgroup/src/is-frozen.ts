import { detect } from "./detect.ts";
import { freezerOf, isFrozen as standsStill } from "./freezer.ts";
import type { Layout } from "./layout.ts";
import { cgroupPath } from "./path.ts";
import { placesOf } from "./place.ts";

/**
 * Whether a group is frozen, and all its processes stand still: `Cgroup.isFrozen` without a handle, for who asks of many groups and has
 * no other question. A group that is not there is not frozen.
 *
 * Equivalent to `cat freezer.state`, and since Linux 5.2 to `grep frozen cgroup.events`.
 *
 * @param options.layout Where the hierarchies are. Default: {@link detect}
 * @throws CgroupError `WB_CGROUP_PATH` for a path that is none
 * @example
 * isFrozen("/web"); // false
 */
export function isFrozen(path: string, { layout = detect() }: { readonly layout?: Layout } = {}): boolean {
  const freezer = freezerOf(placesOf(layout, cgroupPath(path)));
  return freezer !== undefined && standsStill(freezer);
}
