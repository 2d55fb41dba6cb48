import { idMapText } from "./id-map.ts";
import type { Namespace } from "./namespace.ts";
import type { PlanOptions } from "./plan.ts";
import { wholeOffset } from "./stages.ts";

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
  pins = {},
  timeOffsets,
}: PlanOptions): void {
  const makesUser = namespaces.includes("user");
  if (!makesUser && uidMap.length + gidMap.length > 0)
    throw new TypeError("`uidMap` and `gidMap` need `user` among the `namespaces`");
  if (!makesUser && setgroups !== undefined) throw new TypeError("`setgroups` needs `user` among the `namespaces`");
  for (const kind of ONE_AT_ONCE) {
    if (namespaces.includes(kind) && join.some(({ kinds }) => kinds.includes(kind)))
      throw new TypeError(`a \`${kind}\` namespace cannot be entered and another one made in it at once`);
  }
  for (const kind of Object.keys(pins) as Namespace[]) {
    if (!namespaces.includes(kind))
      throw new TypeError(`\`pins\` has a path for ${kind}, which is not among the \`namespaces\``);
  }
  for (const maps of [uidMap, gidMap]) idMapText(maps);
  if (timeOffsets === undefined) return;
  if (!namespaces.includes("time")) throw new TypeError("`timeOffsets` needs `time` among the `namespaces`");
  for (const [clock, offset] of Object.entries(timeOffsets)) wholeOffset(clock, offset);
}

/**
 * The id maps of a user namespace are written by a process of the one above, and this one is in neither; a pid namespace is
 * made only by a process of the one above, and who enters one is not in it, only its children are (EINVAL).
 */
const ONE_AT_ONCE = ["user", "pid"] as const;
