import type { SpecHook } from "../../oci/spec-hooks.ts";
import { messageOf } from "../../report-error.ts";
import { ContainerDirectory } from "./container-directory.ts";
import { readRecord } from "./container-files.ts";
import { openContainerGroup } from "./container-group.ts";
import type { ContainerRecord, Status } from "./container-record.ts";
import { configOf } from "./find-container.ts";
import { hookState } from "./hook-state.ts";
import { runHooks } from "./hooks.ts";
import { killInit } from "./kill-container.ts";
import { LifecycleError } from "./lifecycle-error.ts";
import { lostRecord } from "./lost-record.ts";
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
    directory = ContainerDirectory.lock(root, id, { force });
  } catch (error) {
    if (force && error instanceof LifecycleError && error.code === "WB_CONTAINER_NOT_FOUND") return;
    throw error;
  }
  using locked = directory;
  const known = readRecord(root, id);
  const record = known ?? (await lostRecord(root, id));
  if (record === undefined) {
    locked.remove();
    return;
  }
  if (!force) refuseRunning(id, known === undefined ? "unknown" : statusLocked(root, known));
  killInit(record);
  await removeGroup(record);
  leaveResctrl(record.resctrl ?? []);
  // One that was never created has had no hooks, and its configuration may not have been written.
  const hooks = record.init_process_pid === 0 ? [] : poststopHooks(root, record, warn);
  // Before the hooks: one that hangs, and is killed together with this process, would hang in every later delete, too.
  locked.remove();
  try {
    await runHooks("poststop", hooks, hookState(record, "stopped"));
  } catch (error) {
    warn(messageOf(error));
  }
}

/** This process has the lock: nobody else is creating it. */
function statusLocked(root: string, record: ContainerRecord): Status {
  return record.init_process_pid === 0 ? "stopped" : statusOf(root, record);
}

function refuseRunning(id: string, status: Status | "unknown"): void {
  if (status === "stopped" || status === "created") return;
  throw new LifecycleError("WB_CONTAINER_STATE", `cannot delete container ${id} that is not stopped: ${status}`, {
    id,
    hint: "delete --force kills it",
  });
}

/** A configuration that is not there any more is no reason to leave the rest. */
function poststopHooks(root: string, { id }: ContainerRecord, warn: DeleteOptions["warn"]): readonly SpecHook[] {
  try {
    return configOf(root, id).hooks?.poststop ?? [];
  } catch (error) {
    warn(`the poststop hooks are not known: ${messageOf(error)}`);
    return [];
  }
}

async function removeGroup(record: ContainerRecord): Promise<void> {
  const group = await openContainerGroup(record);
  await group?.kill();
  await group?.remove();
}
