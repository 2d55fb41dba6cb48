import { idMapText } from "./id-map.ts";
import type { PlanOptions } from "./plan.ts";

/**
 * Refuses options that cannot be, before anything is made: the kernel would say EINVAL only, and late.
 *
 * @throws TypeError for options that do not go together, RangeError for values that are out of range
 */
export function checkPlan({
  namespaces = [],
  join = [],
  uidMap = [],
  gidMap = [],
  setgroups,
  timeOffsets,
}: PlanOptions): void {
  const makesUser = namespaces.includes("user");
  if (!makesUser && uidMap.length + gidMap.length > 0)
    throw new TypeError("`uidMap` and `gidMap` need `user` among the `namespaces`");
  if (!makesUser && setgroups !== undefined) throw new TypeError("`setgroups` needs `user` among the `namespaces`");
  // Only a process of the namespace above may write the maps of one, and this process is in none of the two.
  if (makesUser && join.some(({ kinds }) => kinds.includes("user")))
    throw new TypeError("a `user` namespace cannot be entered and another one made in it at once");
  for (const maps of [uidMap, gidMap]) idMapText(maps);
  if (timeOffsets === undefined) return;
  if (!namespaces.includes("time")) throw new TypeError("`timeOffsets` needs `time` among the `namespaces`");
  for (const [clock, seconds] of Object.entries(timeOffsets)) {
    if (!Number.isFinite(seconds))
      throw new RangeError(`the offset ${seconds} of the ${clock} clock is no number of seconds`);
  }
}
