import { detect } from "@wb/cgroup";
import { updateContainer } from "../../runtime/lifecycle/update-container.ts";
import { accountingOf } from "../../runtime/resources/accounting.ts";
import { UserError } from "../../user-error.ts";
import { containerEvent } from "../events/container-event.ts";
import type { ResourceOptions } from "../resource-options.ts";
import { resourcesOf } from "../resources-of.ts";
import type { RestartPolicy } from "../restart/restart-policy.ts";
import type { RunOptions } from "../run-options.ts";
import type { ContainerEntry } from "../store/container-entry.ts";
import { updatedOptions } from "../updated-options.ts";
import type { ContainerInfo } from "./container-info.ts";
import { CONFIG_FILE, type StoredConfig } from "./stored-config.ts";

export interface ContainerChanges {
  readonly limits: ResourceOptions;
  /** Undefined: as it is. */
  readonly restart: RestartPolicy | undefined;
}

/**
 * Changes a container, whose lock the caller has: its limits now, where it runs, and what it is started with the next time.
 *
 * @param applyNow changes the limits of one that runs. Default: those of its group by the OCI runtime, all of them or none
 * @throws UserError, LifecycleError and CgroupError; nothing has changed then
 */
export async function updateStored(
  entry: ContainerEntry,
  info: ContainerInfo,
  { limits, restart }: ContainerChanges,
  applyNow: (info: ContainerInfo, limits: ResourceOptions) => Promise<void> | void = applyByRuntime,
): Promise<void> {
  const { config, state } = info;
  if (restart !== undefined && restart.name !== "no" && config.autoRemove)
    throw new UserError("Restart policy cannot be updated because AutoRemove is enabled for the container", {
      hint: "it was started with --rm",
    });
  const options = updatedOptions(config.options, limits);
  if (state === "running" || state === "paused") await applyNow(info, withSum(limits, options));
  const updated: StoredConfig = { ...config, options, restart: restart ?? config.restart };
  entry.write(CONFIG_FILE, updated);
  containerEvent("update", info);
}

async function applyByRuntime({ id, places }: ContainerInfo, limits: ResourceOptions): Promise<void> {
  const resources = resourcesOf(limits);
  if (Object.keys(resources).length > 0) await updateContainer(places.runtime, id, resources);
}

/** Memory and swap are counted together: whoever changes one says both. */
function withSum(limits: ResourceOptions, { memory, memorySwap }: RunOptions): ResourceOptions {
  if (limits.memory === undefined && limits.memorySwap === undefined) return limits;
  if (!accountingOf(detect()).swap) return limits;
  return { ...limits, memory, memorySwap: memorySwap ?? (memory === undefined ? undefined : 2 * memory) };
}
