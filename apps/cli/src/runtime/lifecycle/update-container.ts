import type { Cgroup } from "@wb/cgroup";
import type { MemoryResources, Resources } from "../../oci/resources.ts";
import { formatJson } from "../../oci/validate/format-json.ts";
import { UserError } from "../../user-error.ts";
import { cgroupLimits } from "../resources.ts";
import { accountingOf } from "../resources/accounting.ts";
import { ContainerDirectory } from "./container-directory.ts";
import { openContainerGroup } from "./container-group.ts";
import { configOf, findContainer } from "./find-container.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { mergeResources } from "./merge-resources.ts";
import { GROUP_HINT, groupLayout, isRootless } from "./rootless.ts";

/**
 * Changes limits of a container, all of them or none; what `changes` leaves out stays, and so do the rules for devices. They
 * become part of the container's configuration, which a later update starts from.
 *
 * @throws LifecycleError for a container that has ended, or has no control group; UserError and CgroupError for limits that
 * contradict each other or that the kernel refuses: nothing has changed then
 */
export async function updateContainer(root: string, id: string, changes: Resources): Promise<void> {
  using directory = ContainerDirectory.lock(root, id);
  const { record, status } = findContainer(root, id);
  if (status === "stopped" || status === "creating")
    throw new LifecycleError("WB_CONTAINER_STATE", "container not running", { id, hint: `it is ${status}` });
  const group = await openContainerGroup(record);
  if (group === undefined)
    throw new LifecycleError("WB_CONTAINER_STATE", "the container has no control group, which would have limits", {
      id,
      hint: isRootless() ? GROUP_HINT : "it was created with --cgroup-manager disabled",
    });
  const spec = configOf(root, id);
  const { merged, written } = mergeResources(spec.linux.resources, changes);
  if (written.memory?.checkBeforeUpdate === true) refuseUsed(group, written.memory);
  group.apply(cgroupLimits(written, accountingOf(groupLayout())));
  directory.writeConfig(formatJson({ ...spec, linux: { ...spec.linux, resources: merged } }));
}

/** cgroup v2 would reclaim and kill at once; v1 refuses by itself. */
function refuseUsed(group: Cgroup, { limit = 0, swap = 0 }: MemoryResources): void {
  const { current = 0, swapCurrent = 0 } = group.stats().memory ?? {};
  const hint = "memory.checkBeforeUpdate asks for this; without it the kernel reclaims and kills";
  if (swap > 0 && swap <= current + swapCurrent)
    throw new UserError(`rejecting memory+swap limit ${swap} <= usage ${current + swapCurrent}`, { hint });
  if (limit > 0 && limit <= current)
    throw new UserError(`rejecting memory limit ${limit} <= usage ${current}`, { hint });
}
