import type { Cgroup } from "@wb/cgroup";
import { ContainerDirectory } from "./container-directory.ts";
import { openContainerGroup } from "./container-group.ts";
import type { ContainerRecord } from "./container-record.ts";
import { findContainer } from "./find-container.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { GROUP_HINT, isRootless } from "./rootless.ts";

/**
 * Stops all processes of a container, and waits until they stand still: by the freezer of its control group, freezer(7) of v1
 * or `cgroup.freeze` (Linux 5.2). One that was created and not started is paused, too.
 *
 * @throws LifecycleError in another state; CgroupError when they do not stop, and all go on
 */
export async function pauseContainer(root: string, id: string): Promise<void> {
  using _directory = ContainerDirectory.lock(root, id);
  const { record, status } = findContainer(root, id);
  if (status !== "running" && status !== "created")
    throw new LifecycleError("WB_CONTAINER_STATE", "container not running", { id, hint: `it is ${status}` });
  await (await groupOf(record)).freeze();
}

/** Lets them go on. @throws LifecycleError for a container that is not paused */
export async function resumeContainer(root: string, id: string): Promise<void> {
  using _directory = ContainerDirectory.lock(root, id);
  const { record, status } = findContainer(root, id);
  if (status !== "paused")
    throw new LifecycleError("WB_CONTAINER_STATE", "container not paused", { id, hint: `it is ${status}` });
  await (await groupOf(record)).thaw();
}

async function groupOf(record: ContainerRecord): Promise<Cgroup> {
  const group = await openContainerGroup(record);
  if (group !== undefined) return group;
  throw new LifecycleError("WB_CONTAINER_STATE", "the container has no control group, which is what is frozen", {
    id: record.id,
    hint: isRootless() ? GROUP_HINT : "it was created with --cgroup-manager disabled",
  });
}
