import { createDelegatedCgroup } from "@wb/cgroup";
import type { Resources } from "../../oci/resources.ts";
import { delegatedPath, groupLayout } from "../../runtime/lifecycle/rootless.ts";
import { cgroupLimits } from "../../runtime/resources.ts";
import { accountingOf } from "../../runtime/resources/accounting.ts";
import { defaultPath } from "../container-group.ts";

/**
 * Where the control group of a container of an ordinary user is to be: in the one that was delegated to its caller.
 *
 * @returns undefined where none was: there is no group, and none is missed
 * @throws CgroupError `WB_CGROUP_DELEGATION` for limits, which need one
 */
export function rootlessGroupPath(id: string, resources: Resources): string | undefined {
  const path = delegatedPath();
  if (path !== undefined) return `${path}${defaultPath(id)}`;
  // It says why there is none.
  createDelegatedCgroup(defaultPath(id), cgroupLimits(resources, accountingOf(groupLayout())));
  return undefined;
}
