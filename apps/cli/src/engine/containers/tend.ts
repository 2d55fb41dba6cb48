import { mkdirSync } from "node:fs";
import { messageOf } from "../../report-error.ts";
import { killInit } from "../../runtime/lifecycle/kill-container.ts";
import { becomeCommand } from "../../runtime/supervisor/become-command.ts";
import { replaceSupervisor } from "../../runtime/supervisor/replace-supervisor.ts";
import { spawnDetached } from "../../runtime/supervisor/spawn-detached.ts";
import { warn } from "../../warn.ts";
import { containerEvent } from "../events/container-event.ts";
import { volumesUnmounted } from "../events/volume-events.ts";
import { ContainerEntry } from "../store/container-entry.ts";
import { areLocked, isLocked } from "../store/is-locked.ts";
import type { ContainerState } from "../words/status-text.ts";
import { cleanUpCommand } from "./clean-up-command.ts";
import type { ContainerInfo } from "./container-info.ts";
import { findSupervisor } from "./find-supervisor.ts";
import { lockSupervised } from "./lock-supervised.ts";
import { restoreRecord } from "./restore-record.ts";
import { settledState } from "./settled-state.ts";
import { STATE_FILE } from "./stored-state.ts";
import { supervisionOf } from "./supervision.ts";
import { waitToRestart } from "./wait-to-restart.ts";

/**
 * Gives containers that nobody looks after somebody who does, where a supervisor, or what came after it, was killed: one that runs a
 * supervisor, one that has ended the command that cleans up, one that is to be started again a process that waits for that. The lock of
 * what a supervisor has is the witness. What another process is changing is left to that one.
 *
 * @param read reads what a container is by now
 * @returns the ids of those that are not what they were before
 */
export function tend(
  infos: readonly ContainerInfo[],
  read: (id: string, name: string) => ContainerInfo | undefined,
): ReadonlySet<string> {
  const asked = infos.filter((info) => info.config.foreground !== true && need(info) !== undefined);
  if (asked.length === 0) return new Set();
  const locked = areLocked(asked.map(({ places }) => places.supervised));
  const alone = asked.filter((info, index) => locked[index] !== true || need(info)?.always === true);
  return new Set(alone.filter((info) => tendOne(info, read)).map(({ id }) => id));
}

function tendOne(
  { id, name, places }: ContainerInfo,
  read: (id: string, name: string) => ContainerInfo | undefined,
): boolean {
  try {
    using entry = ContainerEntry.tryLock(places.store, id);
    const info = entry === undefined ? undefined : read(id, name);
    const needed = info === undefined ? undefined : need(info);
    if (entry === undefined || info === undefined || needed === undefined) return false;
    if (!(needed.always ?? false) && isLocked(places.supervised)) return false;
    needed.give(info, entry);
    return true;
  } catch (error) {
    // Whoever looks is to see what there is.
    warn(`the container ${name === "" ? id : name} has no supervisor: ${messageOf(error)}`);
    return false;
  }
}

interface Need {
  /** Also where a supervisor is. */
  readonly always?: boolean;
  readonly give: (info: ContainerInfo, entry: ContainerEntry) => void;
}

function need({ state, record, exit, stored, ...is }: ContainerInfo): Need | undefined {
  if (is.isBeforeStart) return { always: true, give: endCreated };
  if (RUNNING.includes(state))
    return exit === undefined ? { always: is.isRecordLost, give: giveSupervisor } : undefined;
  if (record !== undefined || exit !== undefined || is.isUnsettled) return { give: giveCleanUp };
  return state === "restarting" ? { give: ({ places, id }) => waitToRestart(places, id, stored.restartAt) } : undefined;
}

const RUNNING: readonly ContainerState[] = ["running", "paused"];

function giveSupervisor({ id, places, config, record, isRecordLost }: ContainerInfo): void {
  if (record === undefined) return;
  if (isRecordLost) restoreRecord(places.runtime, record);
  mkdirSync(places.supervised, { recursive: true, mode: 0o700 });
  // One whose directory was removed has the lock of what nobody finds.
  if (isLocked(places.supervised) || findSupervisor(id) !== undefined) return;
  replaceSupervisor(record, supervisionOf(id, config));
}

/** Whoever made it was killed before it was started. */
function endCreated(info: ContainerInfo, entry: ContainerEntry): void {
  if (info.record !== undefined) killInit(info.record);
  if (!isLocked(info.places.supervised)) giveCleanUp(info, entry);
}

/** What it was and what comes next is written first: that somebody cleans up is no sign that it runs. */
function giveCleanUp(info: ContainerInfo, entry: ContainerEntry): void {
  const { id, places, isUnsettled, isOfOtherBoot } = info;
  if (isUnsettled) {
    const ended = settledState(info, !isOfOtherBoot);
    entry.write(STATE_FILE, ended);
    containerEvent("die", info, { exitCode: ended.exitCode });
    volumesUnmounted(info);
  }
  mkdirSync(places.supervised, { recursive: true, mode: 0o700 });
  using lock = lockSupervised(places);
  if (lock === undefined) return;
  spawnDetached(becomeCommand(cleanUpCommand(id), "lock"), {
    name: `wb-supervisor ${id}`,
    inputs: { lock: lock.fd },
    inherit: [lock.fd],
  });
}
