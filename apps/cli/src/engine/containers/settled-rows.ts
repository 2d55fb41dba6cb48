import { existsSync } from "node:fs";
import { directoryOf, fileOf, readRecord } from "../../runtime/lifecycle/container-files.ts";
import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { livingInit, mayBeSetUp, type ProcessStat } from "../../runtime/lifecycle/init-process.ts";
import { isFrozen } from "../../runtime/lifecycle/is-frozen.ts";
import { bootId } from "../boot-id.ts";
import { healthCheckOf } from "../health/health-check-of.ts";
import { healthStateOf } from "../health/health-of.ts";
import { monitorDirectory } from "../health/monitor-directory.ts";
import { dataDirectory, runDirectory } from "../store/directories.ts";
import { exclusiveLocks, type IsLocked } from "../store/exclusive-locks.ts";
import { readEntry, storedIds } from "../store/read-entry.ts";
import { readNames } from "../store/read-names.ts";
import type { ContainerState } from "../words/status-text.ts";
import type { ContainerInfo } from "./container-info.ts";
import { type ContainerPlaces, placesIn } from "./container-places.ts";
import { connectionsOf, type ListedContainer, rowOf } from "./container-row.ts";
import { findOrphans } from "./find-orphans.ts";
import { listedOf } from "./listed.ts";
import { asStoredConfig, CONFIG_FILE, type StoredConfig } from "./stored-config.ts";
import { asStoredState, isStoredState, STATE_FILE, type StoredState } from "./stored-state.ts";

/**
 * The rows of all containers, as containerRow() makes them of what listInfos() finds, where none of them needs anything: each runs with a
 * supervisor, or rests. It only reads, so that a program which lists them has nothing else to load.
 *
 * @returns undefined where one needs somebody, is being changed, or cannot be read: listInfos() sees to it
 */
export function settledRows(): ListedContainer[] | undefined {
  const places = { store: dataDirectory(), run: runDirectory() };
  const ids = storedIds(places.store);
  let locks: IsLocked | undefined;
  // Reading them has the kernel stop all who lock or unlock for some milliseconds.
  const isLocked: IsLocked = (path) => (locks ??= exclusiveLocks())(path);
  const rows: Unnamed[] = [];
  for (const id of ids) {
    const row = settledRow(id, placesIn(places, id), isLocked);
    if (row === undefined) return undefined;
    rows.push(row);
  }
  // Afterwards: whoever makes a container takes its name first.
  const names = readNames(places.store);
  const nameOf = new Map(names);
  for (const row of rows) row.name = nameOf.get(row.id) ?? "";
  // Under two names it is while it is given another one.
  const isWhole = nameOf.size === names.length && rows.every(({ name }) => name !== "");
  return isWhole && findOrphans(places, ids).length === 0 ? rows : undefined;
}

/** A row that is given its name last. */
type Unnamed = ListedContainer & { name: string };

/** Undefined where the files say nothing that is sure, something has to be done for it, or nobody looks after it. */
function settledRow(id: string, places: ContainerPlaces, isLocked: IsLocked): Unnamed | undefined {
  const found = read(id, places);
  if (found === undefined || !isSettled(found, isLocked)) return undefined;
  const { stored, state, config } = found;
  const listed = stored.listed ?? (config && listedOf(config, connectionsOf({ id, state })));
  const health = config === undefined ? "none" : healthStateOf({ config, stored, state, places });
  return listed && rowOf({ id, name: "", stored, state, exit: undefined }, listed, health);
}

interface Found extends Pick<ContainerInfo, "id" | "places" | "stored" | "state"> {
  /** Of one that runs without a health check nothing is asked that its state does not say. */
  readonly config: StoredConfig | undefined;
  /** Its first process, where it is to run. */
  readonly init: ProcessStat | undefined;
}

/** Undefined where the files say nothing that is sure. */
function read(id: string, places: ContainerPlaces): Found | undefined {
  const text = readEntry(places.store, id, STATE_FILE);
  const stored = asStoredState(text);
  // What the runtime's own record says is in the state, too.
  if (stored.running && stored.listed !== null) return living({ id, places, stored, config: undefined }, stored.record);
  const config = asStoredConfig(readEntry(places.store, id, CONFIG_FILE));
  if (config?.foreground === true) {
    const started = { ...stored, startedAt: config.created, running: true };
    return living({ id, places, stored: started, config }, readRecord(places.runtime, id));
  }
  if (config === undefined || !isStoredState(text)) return undefined;
  if (stored.running) return living({ id, places, stored, config }, stored.record);
  return { id, places, stored, config, state: restingState(stored), init: undefined };
}

function living(
  { id, places, stored, config }: Pick<Found, "id" | "places" | "stored" | "config">,
  record: ContainerRecord | null | undefined,
): Found | undefined {
  const init = record ? livingInit(record) : undefined;
  if (!record || init === undefined) return undefined;
  return { id, places, stored, config, state: isFrozen(record, init.state) ? "paused" : "running", init };
}

function restingState({ restartAt, startedAt }: StoredState): ContainerState {
  if (restartAt > 0) return "restarting";
  return startedAt === 0 ? "created" : "exited";
}

/** Whether nothing has to be done for it, and somebody looks after it who has to. */
function isSettled(one: Found, isLocked: IsLocked): boolean {
  const { id, places, config, stored, state, init } = one;
  if (config?.foreground === true) return isLocked(places.foreground);
  const known = directoryOf(places.runtime, id);
  const isChild = init !== undefined && init.ppid > 0 && init.ppid === stored.supervisor;
  const isSupervised = (): boolean => stored.bootId === bootId() && (isChild || isLocked(places.supervised));
  // Until it is started, the FIFO is there that it waits at.
  const waits = init !== undefined && mayBeSetUp(init) && existsSync(fileOf(known, "fifo"));
  if (init !== undefined) return isSupervised() && !waits && isChecked(one, isLocked);
  if (existsSync(known)) return false;
  return state === "restarting" ? isSupervised() && !existsSync(places.exit) : !existsSync(places.supervised);
}

function isChecked({ places, config, state }: Found, isLocked: IsLocked): boolean {
  const isWatched = state === "running" && config !== undefined && healthCheckOf(config) !== undefined;
  return !isWatched || isLocked(monitorDirectory(places));
}
