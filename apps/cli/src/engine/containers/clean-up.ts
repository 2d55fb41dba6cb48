import { ContainerDirectory } from "../../runtime/lifecycle/container-directory.ts";
import { readRecord } from "../../runtime/lifecycle/container-files.ts";
import { openContainerGroup } from "../../runtime/lifecycle/container-group.ts";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { deleteContainer } from "../../runtime/lifecycle/delete-container.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";
import { containerEvent } from "../events/container-event.ts";
import { volumesUnmounted } from "../events/volume-events.ts";
import { leaveNetworks } from "../networks/leave-networks.ts";
import { endpointEvents } from "../networks/network-event.ts";
import type { ContainerEntry } from "../store/container-entry.ts";
import { releaseName } from "../store/names.ts";
import { removeAnonymousVolumes } from "../volumes/anonymous-volumes.ts";
import type { ContainerInfo } from "./container-info.ts";
import type { ContainerPlaces } from "./container-places.ts";
import { endWaiting } from "./end-waiting.ts";
import { isOutOfMemory } from "./out-of-memory.ts";
import { removeSupervised } from "./remove-supervised.ts";
import { settledState } from "./settled-state.ts";
import { STATE_FILE, type StoredState } from "./stored-state.ts";

export interface CleanUpOptions {
  /** Its restart policy decides whether it is started again: the state says when. Default false. */
  readonly restarts?: boolean;
  /** It is to be removed: nothing is written of it, for which there may be no room. Default false. */
  readonly removes?: boolean;
}

/**
 * Cleans up after a container that has ended, whose lock the caller has: what it was is written down, its control group, its runtime
 * state and what its supervisor had go; with `--rm` the container, too. Nobody waits any more to start it again. What a clean-up has
 * left that was killed goes, too.
 *
 * @returns its state from now on; undefined when it was removed
 */
export async function cleanUp(
  entry: ContainerEntry,
  info: ContainerInfo,
  warn: (message: string) => void,
  { restarts = false, removes = false }: CleanUpOptions = {},
): Promise<StoredState | undefined> {
  const { id, name, places, config, stored, record, isUnsettled, isOfOtherBoot } = info;
  const oomKilled = isUnsettled ? await isOutOfMemory(record) : stored.oomKilled;
  const ended = isUnsettled ? { ...settledState(info, restarts), oomKilled } : stored;
  if (isUnsettled && !removes) entry.write(STATE_FILE, ended);
  if (isUnsettled && oomKilled) containerEvent("oom", info);
  if (isUnsettled) containerEvent("die", info, { exitCode: ended.exitCode });
  if (isUnsettled) volumesUnmounted(info);
  await endWaiting(places);
  if (isOfOtherBoot) disownProcess(places, id);
  await deleteContainer(places.runtime, id, { force: true, warn });
  if (record === undefined && stored.record !== null) await removeGroup(stored.record);
  endpointEvents("disconnect", leaveNetworks(id), id);
  removeSupervised(places);
  if (!config.autoRemove || stored.startedAt === 0) return ended;
  entry.remove();
  releaseName(places.store, name, id);
  containerEvent("destroy", info);
  await removeAnonymousVolumes(config.options);
  return undefined;
}

/** Of one whose runtime state was lost: nobody else knows of its control group. */
async function removeGroup(record: ContainerRecord): Promise<void> {
  const group = await openContainerGroup(record);
  if (group?.exists() !== true) return;
  await group.kill();
  await group.remove();
}

/** What was its process before a boot may be another one's now, and is not to be killed. */
function disownProcess({ runtime }: ContainerPlaces, id: string): void {
  try {
    using directory = ContainerDirectory.lock(runtime, id, { force: true });
    const record = readRecord(runtime, id);
    if (record !== undefined) directory.write({ ...record, init_process_pid: 0 });
  } catch (error) {
    if (!(error instanceof LifecycleError)) throw error;
  }
}
