import { dirname } from "node:path";
import { CgroupError } from "./error.ts";
import type { Read } from "./layout.ts";
import type { Place } from "./place.ts";

/**
 * On v2 a group has only the controllers that the group above passes on, on v1 it may be missing in one hierarchy.
 *
 * @throws CgroupError `WB_CGROUP_GONE`, `WB_CGROUP_CONTROLLER`
 */
export function requirePassedOn({ hierarchy, directory }: Place, { controller, text, read }: Needed): void {
  const list = read(`${directory}/${hierarchy.version === 1 ? "tasks" : "cgroup.controllers"}`);
  if (list === undefined) {
    throw new CgroupError("WB_CGROUP_GONE", `${text} needs the cgroup ${directory}, which is not there`, {
      path: directory,
      value: text,
    });
  }
  if (hierarchy.version === 1 || list.trim().split(" ").includes(controller)) return;
  throw new CgroupError(
    "WB_CGROUP_CONTROLLER",
    `${text} needs the controller ${controller}, which ${directory} does not have; enabled there: ${list.trim() || "none"}`,
    { path: directory, value: text, hint: `echo +${controller} > ${dirname(directory)}/cgroup.subtree_control` },
  );
}

export interface Needed {
  readonly controller: string;
  readonly text: string;
  readonly read: Read;
}
