import { existsSync } from "node:fs";
import type { Cgroup } from "../cgroup.ts";
import { neededControllers } from "../controllers.ts";
import { createCgroup } from "../create.ts";
import { detect } from "../detect.ts";
import { CgroupError } from "../error.ts";
import type { Hierarchy, Layout } from "../layout.ts";
import type { Limits } from "../limits.ts";
import { directoryIn } from "../place.ts";
import type { PlanOptions } from "../plan.ts";
import { readIfPresent } from "../read.ts";
import { isSystemdBooted } from "../systemd/booted.ts";
import { delegatedLayout, ownGroup, unifiedOf } from "./delegated-layout.ts";
import { vacate } from "./vacate.ts";

/**
 * Makes a group for a caller without privileges, in the part of the v2 tree that was delegated to it. Where none was, limits
 * that are asked for are refused with the reason; when none are asked for, there is no group, and none is missed.
 *
 * For limits, the processes of the own group, this one among them, are moved to a group `wb-callers` below it: the kernel wants
 * it so. The `path` of the new group is counted from the own one, which is the root of its `layout`.
 *
 * @throws CgroupError `WB_CGROUP_DELEGATION` when nothing was delegated, or not the controller; else as {@link createCgroup}
 * @example
 * // systemd-run --user --scope -p Delegate=yes node web.js
 * await using group = createDelegatedCgroup("/web", { memory: { max: "64m" } });
 */
export function createDelegatedCgroup(
  path: string,
  limits: Limits = {},
  options: PlanOptions = {},
): Cgroup | undefined {
  const { layout = detect(), read = readIfPresent } = options;
  const delegated = delegatedLayout({ layout, read });
  const asked = Object.entries(limits).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const [own] = delegated?.hierarchies ?? [];
  if (delegated === undefined || own === undefined) {
    if (asked.length === 0) return undefined;
    throw notDelegated(asked, layout);
  }
  if (asked.length === 0) return createCgroup(path, limits, { ...options, layout: withControllers(delegated, []) });
  refuseMissing(asked, limits, own);
  if (neededControllers(limits).some((name) => name !== "cgroup")) vacate(own.mountpoint);
  return createCgroup(path, limits, { ...options, layout: delegated });
}

/** Nothing is passed on to a group for which nothing is asked. */
function withControllers(layout: Layout, controllers: readonly string[]): Layout {
  return { ...layout, hierarchies: layout.hierarchies.map((hierarchy) => ({ ...hierarchy, controllers })) };
}

function refuseMissing(asked: readonly string[], limits: Limits, { controllers, mountpoint }: Hierarchy): void {
  const missing = neededControllers(limits).filter((name) => name !== "cgroup" && !controllers.includes(name));
  // net_cls and net_prio, which only v1 has.
  const onV1 = asked.filter((name) => name === "netCls" || name === "netPrio");
  if (missing.length === 0 && onV1.length === 0) return;
  throw new CgroupError(
    "WB_CGROUP_DELEGATION",
    `limits of ${[...missing, ...onV1].join(", ")} were asked for, and ${mountpoint} was delegated with ${controllers.join(", ") || "no controller"}`,
    {
      path: mountpoint,
      hint: isSystemdBooted()
        ? 'have more delegated: systemctl edit user@.service, "[Service]", "Delegate=cpu cpuset io memory pids"; or leave them away'
        : "have the groups above pass them on by cgroup.subtree_control, or leave them away",
    },
  );
}

function notDelegated(asked: readonly string[], layout: Layout): CgroupError {
  return new CgroupError(
    "WB_CGROUP_DELEGATION",
    `limits of ${asked.join(", ")} were asked for, and no control group was delegated to user ${process.geteuid?.()}: ${reason(layout)}`,
    {
      hint: isSystemdBooted()
        ? "systemd-run --user --scope -p Delegate=yes COMMAND starts it in one that is; or leave the limits away"
        : "root can give one (Cgroup.delegate(), chown) and start the command in it; or leave the limits away",
    },
  );
}

function reason(layout: Layout): string {
  const unified = unifiedOf(layout);
  if (unified === undefined) return "no cgroup v2 tree is mounted";
  const own = ownGroup(unified, readIfPresent);
  if (own === undefined) return `its own is not below ${unified.mountpoint}`;
  const directory = directoryIn(unified, own === "/" ? "" : own);
  return existsSync(directory) ? `it may not write to its own, ${directory}` : `its own, ${directory}, is gone`;
}
