import { existsSync } from "node:fs";
import { directoryOf, fileOf, readRecord } from "../../runtime/lifecycle/container-files.ts";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { isAlive } from "../../runtime/lifecycle/init-process.ts";
import { isFrozen } from "../../runtime/lifecycle/is-frozen.ts";
import { bootId } from "../boot-id.ts";
import { healthCheckOf } from "../health/health-check-of.ts";
import { monitorDirectory } from "../health/monitor-directory.ts";
import { dataDirectory } from "../store/directories.ts";
import { exclusiveLocks, type IsLocked } from "../store/exclusive-locks.ts";
import { readEntry, storedIds } from "../store/read-entry.ts";
import { readNames } from "../store/read-names.ts";
import type { ContainerState } from "../words/status-text.ts";
import type { ContainerInfo } from "./container-info.ts";
import { placesOf } from "./container-places.ts";
import { asStoredConfig, CONFIG_FILE } from "./stored-config.ts";
import { asStoredState, STATE_FILE, type StoredState } from "./stored-state.ts";

/**
 * All containers, as listInfos() finds them, where none of them needs anything: each runs with a supervisor, or rests. It only reads, so
 * that a program which lists them has nothing else to load.
 *
 * @returns undefined where one needs somebody, is being changed, or cannot be read: listInfos() sees to it
 */
export function settledInfos(): ContainerInfo[] | undefined {
  const store = dataDirectory();
  const infos = storedIds(store).map(readInfo);
  // Afterwards: whoever makes a container takes its name first.
  const names = readNames(store);
  const nameOf = new Map(names);
  const isLocked = exclusiveLocks();
  const settled = infos.flatMap((info) => {
    const name = info && nameOf.get(info.id);
    return info !== undefined && name !== undefined && isSettled(info, isLocked) ? { ...info, name } : [];
  });
  // Under two names it is while it is given another one.
  return settled.length === infos.length && nameOf.size === names.length ? settled : undefined;
}

/** Without its name. Undefined where the files say nothing that is sure. */
function readInfo(id: string): ContainerInfo | undefined {
  const places = placesOf(id);
  const config = asStoredConfig(readEntry(places.store, id, CONFIG_FILE));
  const kept = asStoredState(readEntry(places.store, id, STATE_FILE));
  // Most have none, and an exception takes as long as ten files.
  const record = existsSync(directoryOf(places.runtime, id)) ? readRecord(places.runtime, id) : undefined;
  if (config === undefined || (record === undefined) === (kept.running || config.foreground === true)) return undefined;
  const stored = config.foreground === true ? { ...kept, startedAt: config.created, running: true } : kept;
  const state = record === undefined ? restingState(stored) : runningState(record);
  if (state === undefined) return undefined;
  const is = { isRecordLost: false, isUnsettled: false, isOfOtherBoot: false, isBeforeStart: false };
  return { id, name: "", places, config, stored, state, record, exit: undefined, ...is };
}

function runningState(record: ContainerRecord): ContainerState | undefined {
  if (!isAlive(record)) return undefined;
  return isFrozen(record) ? "paused" : "running";
}

function restingState({ restartAt, startedAt }: StoredState): ContainerState {
  if (restartAt > 0) return "restarting";
  return startedAt === 0 ? "created" : "exited";
}

/** Whether somebody looks after it who has to. */
function isSettled({ id, places, config, stored, state }: ContainerInfo, isLocked: IsLocked): boolean {
  if (config.foreground === true) return isLocked(places.foreground);
  if (state === "created" || state === "exited") return !existsSync(places.supervised);
  if (existsSync(places.exit)) return false;
  if (stored.bootId !== bootId() || !isLocked(places.supervised)) return false;
  if (state === "restarting") return true;
  // Of one that was not started yet it is there.
  return !existsSync(fileOf(directoryOf(places.runtime, id), "fifo")) && isChecked({ places, config, state }, isLocked);
}

function isChecked(
  { places, config, state }: Pick<ContainerInfo, "places" | "config" | "state">,
  isLocked: IsLocked,
): boolean {
  return state !== "running" || healthCheckOf(config) === undefined || isLocked(monitorDirectory(places));
}
