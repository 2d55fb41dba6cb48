import { existsSync } from "node:fs";
import { directoryOf, fileOf, readRecord } from "../../runtime/lifecycle/container-files.ts";
import { livingInit, type ProcessStat } from "../../runtime/lifecycle/init-process.ts";
import { isFrozen } from "../../runtime/lifecycle/is-frozen.ts";
import { bootId } from "../boot-id.ts";
import { healthCheckOf } from "../health/health-check-of.ts";
import { monitorDirectory } from "../health/monitor-directory.ts";
import { dataDirectory, runDirectory } from "../store/directories.ts";
import { exclusiveLocks, type IsLocked } from "../store/exclusive-locks.ts";
import { readEntry, storedIds } from "../store/read-entry.ts";
import { readNames } from "../store/read-names.ts";
import type { ContainerState } from "../words/status-text.ts";
import type { ContainerInfo } from "./container-info.ts";
import { type ContainerPlaces, placesIn } from "./container-places.ts";
import { findOrphans } from "./find-orphans.ts";
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
  const run = runDirectory();
  const found = storedIds(store).map((id) => read(id, placesIn({ store, run }, id)));
  // Afterwards: whoever makes a container takes its name first.
  const names = readNames(store);
  const nameOf = new Map(names);
  let locks: IsLocked | undefined;
  // Reading them has the kernel stop all who lock or unlock for some milliseconds.
  const isLocked: IsLocked = (path) => (locks ??= exclusiveLocks())(path);
  const settled = found.flatMap((one) => {
    const name = one && nameOf.get(one.info.id);
    return one !== undefined && name !== undefined && isSettled(one, isLocked) ? { ...one.info, name } : [];
  });
  if (findOrphans({ store, run }).length > 0) return undefined;
  // Under two names it is while it is given another one.
  return settled.length === found.length && nameOf.size === names.length ? settled : undefined;
}

interface Found {
  /** Without its name. */
  readonly info: ContainerInfo;
  /** Its first process, where it is to run. */
  readonly init: ProcessStat | undefined;
}

/** Undefined where the files say nothing that is sure. */
function read(id: string, places: ContainerPlaces): Found | undefined {
  const config = asStoredConfig(readEntry(places.store, id, CONFIG_FILE));
  if (config === undefined) return undefined;
  const kept = asStoredState(readEntry(places.store, id, STATE_FILE));
  const isForeground = config.foreground === true;
  const stored = isForeground ? { ...kept, startedAt: config.created, running: true } : kept;
  const is = { isRecordLost: false, isUnsettled: false, isOfOtherBoot: false, isBeforeStart: false };
  const info = { id, name: "", places, config, stored, exit: undefined, ...is };
  if (!stored.running) return { info: { ...info, state: restingState(stored), record: undefined }, init: undefined };
  // What the runtime's own record says is in the state, too: one file less for each.
  const record = isForeground ? readRecord(places.runtime, id) : (kept.record ?? undefined);
  const init = record && livingInit(record);
  if (record === undefined || init === undefined) return undefined;
  return { info: { ...info, state: isFrozen(record, init.state) ? "paused" : "running", record }, init };
}

function restingState({ restartAt, startedAt }: StoredState): ContainerState {
  if (restartAt > 0) return "restarting";
  return startedAt === 0 ? "created" : "exited";
}

/** Whether nothing has to be done for it, and somebody looks after it who has to. */
function isSettled({ info, init }: Found, isLocked: IsLocked): boolean {
  const { id, places, config, stored, state } = info;
  if (config.foreground === true) return isLocked(places.foreground);
  const known = directoryOf(places.runtime, id);
  const isChild = init !== undefined && init.ppid > 0 && init.ppid === stored.supervisor;
  const isSupervised = (): boolean => stored.bootId === bootId() && (isChild || isLocked(places.supervised));
  // Until it is started, the FIFO is there that it waits at.
  if (init !== undefined) return isSupervised() && !existsSync(fileOf(known, "fifo")) && isChecked(info, isLocked);
  if (existsSync(known)) return false;
  return state === "restarting" ? isSupervised() && !existsSync(places.exit) : !existsSync(places.supervised);
}

function isChecked(
  { places, config, state }: Pick<ContainerInfo, "places" | "config" | "state">,
  isLocked: IsLocked,
): boolean {
  return state !== "running" || healthCheckOf(config) === undefined || isLocked(monitorDirectory(places));
}
