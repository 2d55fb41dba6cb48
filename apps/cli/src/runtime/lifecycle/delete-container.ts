import { messageOf } from "../../report-error.ts";
import { ContainerDirectory, readRecord } from "./container-directory.ts";
import { openContainerGroup } from "./container-group.ts";
import type { ContainerRecord } from "./container-record.ts";
import { configOf } from "./find-container.ts";
import { hookState } from "./hook-state.ts";
import { runHooks } from "./hooks.ts";
import { killInit } from "./kill-container.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { leaveResctrl } from "./resctrl.ts";
import { statusOf } from "./status.ts";

export interface DeleteOptions {
  /** Kill what runs, and take one that is not there for deleted. */
  readonly force?: boolean;
  readonly warn: (message: string) => void;
}

/**
 * Deletes a container, OCI runtime-spec runtime.md "Delete": its control group with whatever is left in it, and its state;
 * then come the `poststop` hooks, of which a failure is a warning. What a killed `create` left goes, too.
 *
 * @throws LifecycleError for a container that runs, without `force`
 */
export async function deleteContainer(root: string, id: string, { force = false, warn }: DeleteOptions): Promise<void> {
  let directory: ContainerDirectory;
  try {
    directory = ContainerDirectory.lock(root, id);
  } catch (error) {
    if (force && error instanceof LifecycleError && error.code === "WB_CONTAINER_NOT_FOUND") return;
    throw error;
  }
  using locked = directory;
  const record = readRecord(root, id);
  if (record !== undefined) await end(root, record, { force, warn });
  locked.remove();
}

async function end(root: string, record: ContainerRecord, { force = false, warn }: DeleteOptions): Promise<void> {
  const { id } = record;
  // This process has the lock: nobody else is creating it.
  const status = record.init_process_pid === 0 ? "stopped" : statusOf(root, record);
  if (status !== "stopped" && status !== "created" && !force) {
    throw new LifecycleError("WB_CONTAINER_STATE", `cannot delete container ${id} that is not stopped: ${status}`, {
      id,
      hint: "delete --force kills it",
    });
  }
  killInit(record);
  await removeGroup(record);
  leaveResctrl(record.resctrl ?? []);
  try {
    await runHooks("poststop", configOf(root, id).hooks?.poststop, hookState(record, "stopped"));
  } catch (error) {
    warn(messageOf(error));
  }
}

async function removeGroup(record: ContainerRecord): Promise<void> {
  const group = await openContainerGroup(record);
  await group?.kill();
  await group?.remove();
}
