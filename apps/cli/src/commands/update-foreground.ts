import { detect, openScope } from "@wb/cgroup";
import { cgroupsPath } from "../engine/container.ts";
import { type ResourceOptions } from "../engine/resource-options.ts";
import { resourcesOf } from "../engine/resources-of.ts";
import { lockUpdates } from "../engine/update-lock.ts";
import type { MemoryResources } from "../oci/resources.ts";
import { openContainerCgroup } from "../runtime/container-cgroup.ts";
import { scopeLimits } from "../runtime/container-scope.ts";
import { cgroupLimits } from "../runtime/resources.ts";
import { accountingOf } from "../runtime/resources/accounting.ts";
import { toOci } from "../runtime/resources/sizes.ts";
import { updateLimits } from "../runtime/update-limits.ts";
import { UserError } from "../user-error.ts";
import { currentLimits, limitsOf } from "./current-limits.ts";

/**
 * Changes the limits of a container that ends with its `wb run`, which has two groups, one in the other: all of them, or none.
 *
 * @throws UserError and CgroupError
 */
export function updateForeground(id: string, options: ResourceOptions): void {
  const layout = detect();
  using _lock = lockUpdates(id);
  const path = cgroupsPath(id);
  const group = openContainerCgroup(path, layout);
  if (!group.outer.exists() || !group.inner.exists())
    throw new UserError(`the container ${id.slice(0, 12)} does not run`, { hint: "limits change while it runs" });
  const resources = resourcesOf(options);
  const memory = resources.memory === undefined ? {} : { memory: withOther(resources.memory, group.outer) };
  const wanted = cgroupLimits({ ...resources, ...memory }, accountingOf(layout));
  const now = { outer: currentLimits(group.outer, wanted), inner: currentLimits(group.inner, wanted) };
  if (!path.endsWith(".scope")) return updateLimits(group, { now, wanted: { outer: wanted, inner: wanted } });
  const outer = openScope(path, { layout, manager: "system" });
  updateLimits({ ...group, outer }, { now, wanted: { outer: scopeLimits(wanted), inner: wanted } });
}

/** Memory and swap are counted together: the one that was not given stays what it is, as docker has it. */
function withOther(memory: MemoryResources, group: Parameters<typeof limitsOf>[0]): MemoryResources {
  const { limit, swap } = memory;
  if (limit === undefined && swap === undefined) return memory;
  const max = toOci(limitsOf(group, ["memory.max"]).memory?.max) ?? -1;
  if (limit === undefined) return { ...memory, limit: max };
  if (swap !== undefined || !accountingOf(group.layout).swap || max < 0) return memory;
  const alone = toOci(limitsOf(group, ["memory.swap.max"]).memory?.swapMax) ?? -1;
  if (alone < 0) return memory;
  if (limit > max + alone)
    throw new UserError(`-m, --memory, ${limit} bytes, is above the limit of memory and swap, ${max + alone} bytes`, {
      hint: "give --memory-swap at the same time",
    });
  return { ...memory, swap: max + alone };
}
