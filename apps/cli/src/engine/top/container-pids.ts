import { openContainerGroup } from "../../runtime/lifecycle/container-group.ts";
import { UserError } from "../../user-error.ts";
import type { ContainerInfo } from "../containers/container-info.ts";
import { namespacePids } from "./namespace-pids.ts";

/**
 * All processes of a container that runs, as the host sees them: those of its control group and of the groups below, and without one those of
 * its pid namespace.
 *
 * @throws UserError in docker's words for one that does not run
 */
export async function containerPids({ id, state, record }: ContainerInfo): Promise<number[]> {
  if (record === undefined || (state !== "running" && state !== "paused"))
    throw new UserError(
      state === "restarting"
        ? `Container ${id} is restarting, wait until the container is running`
        : `Container ${id} is not running`,
      { hint: "wb ps lists those that run" },
    );
  const group = await openContainerGroup(record);
  const pids = group?.pids({ recursive: true }) ?? [];
  return pids.length > 0 ? pids : namespacePids(record.init_process_pid);
}
