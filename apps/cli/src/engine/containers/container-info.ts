import { existsSync, lstatSync, mkdirSync, readFileSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { readRecord } from "../../runtime/lifecycle/container-files.ts";
import type { ContainerRecord, Status } from "../../runtime/lifecycle/container-record.ts";
import { isAlive } from "../../runtime/lifecycle/init-process.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";
import { statusOf } from "../../runtime/lifecycle/status.ts";
import { type ExitRecord, parseExitRecord } from "../../runtime/supervisor/exit-record.ts";
import { bootId } from "../boot-id.ts";
import { tendHealth } from "../health/tend-health.ts";
import { findReference } from "../names/find-reference.ts";
import { noSuchContainer } from "../names/no-such-container.ts";
import { dataDirectory, runDirectory } from "../store/directories.ts";
import { isLocked } from "../store/is-locked.ts";
import { namesOf } from "../store/names.ts";
import { entryDirectory, readEntry, storedIds } from "../store/read-entry.ts";
import type { ContainerState } from "../words/status-text.ts";
import { type ContainerPlaces, placesOf } from "./container-places.ts";
import { damagedConfig } from "./damaged-config.ts";
import { endedState } from "./ended-state.ts";
import { findOrphans } from "./find-orphans.ts";
import { foundRecord } from "./found-record.ts";
import { settledState } from "./settled-state.ts";
import { asStoredConfig, CONFIG_FILE, type StoredConfig } from "./stored-config.ts";
import { asStoredState, isStoredState, NEVER_STARTED, STATE_FILE, type StoredState } from "./stored-state.ts";
import { tend } from "./tend.ts";

/** A container, as it is now. */
export interface ContainerInfo {
  readonly id: string;
  readonly name: string;
  readonly places: ContainerPlaces;
  readonly config: StoredConfig;
  /** How it ended is in here, whether that was written yet or not. */
  readonly stored: StoredState;
  readonly state: ContainerState;
  /** What the OCI runtime knows of it, while it has one. */
  readonly record: ContainerRecord | undefined;
  /** It runs, and the OCI runtime's own record of it is gone. */
  readonly isRecordLost: boolean;
  /** How it ended, where nobody has cleaned up after it yet. */
  readonly exit: ExitRecord | undefined;
  /** Its process waits to be started: whoever made it has its lock, or was killed. */
  readonly isBeforeStart: boolean;
  /** It has ended, and nobody has written that down yet. */
  readonly isUnsettled: boolean;
  /** It was started before the machine was: what is in /run of it, if anything is, tells of other processes. */
  readonly isOfOtherBoot: boolean;
}

/** All containers, in no order. Those that nobody looks after are given somebody. */
export function listInfos(): ContainerInfo[] {
  const store = dataDirectory();
  const ids = idsIn(store);
  // Afterwards: whoever makes a container takes its name first.
  const names = namesOf(store);
  const infos = ids.flatMap((id) => infoOf(id, names.get(id) ?? "") ?? []);
  return tended(infos);
}

/** Of all containers; one that only the kernel and its supervisor know of gets a new entry, and can be removed. */
function idsIn(store: string): string[] {
  const ids = storedIds(store);
  const orphans = findOrphans({ store, run: runDirectory() }, ids);
  for (const id of orphans) mkdirSync(entryDirectory(store, id), { recursive: true, mode: 0o700 });
  return [...ids, ...orphans];
}

function tended(infos: readonly ContainerInfo[]): ContainerInfo[] {
  const changed = tend(infos, infoOf);
  tendHealth(infos);
  return infos.flatMap((info) => (changed.has(info.id) ? (infoOf(info.id, info.name) ?? []) : info));
}

/** The container that a word stands for. @throws UserError in docker's words */
export function findInfo(reference: string): ContainerInfo {
  const store = dataDirectory();
  const ids = idsIn(store);
  const names = namesOf(store);
  const { id, name } = findReference(
    reference,
    ids.map((one) => ({ id: one, name: names.get(one) ?? "" })),
  );
  const found = infoOf(id, name);
  const [info] = found === undefined ? [] : tended([found]);
  if (info === undefined) throw noSuchContainer(reference);
  return info;
}

/** Undefined for one that is not there, or no more. */
export function infoOf(id: string, name: string): ContainerInfo | undefined {
  const places = placesOf(id);
  const config = asStoredConfig(readEntry(places.store, id, CONFIG_FILE)) ?? damagedOf(places.entry);
  if (config === undefined) return undefined;
  if (config.foreground === true) return foregroundInfo(id, name, config);
  const text = readEntry(places.store, id, STATE_FILE);
  const isStateLost = !isStoredState(text);
  const kept = isStateLost ? NEVER_STARTED : asStoredState(text);
  const isOfOtherBoot = kept.bootId !== "" && kept.bootId !== bootId();
  const known = isOfOtherBoot ? undefined : recordOf(places, id);
  const lost = known === undefined && !isOfOtherBoot ? lostRecord(id, isStateLost, kept) : undefined;
  const isRecordLost = lost !== undefined;
  const record = known ?? lost;
  const exit = exitOf(places);
  const before = isStateLost && record !== undefined ? startedLike(kept, record) : kept;
  // The kernel is the witness; the record of the end may be one that is not cleaned up yet.
  const status = record === undefined || exit !== undefined ? "stopped" : statusOf(places.runtime, record);
  const found = stateOf({ places, record, exit, before, config, isOfOtherBoot, status });
  const isUnsettled = before.running && !RUNNING.includes(found);
  const stored = isUnsettled ? endedState(before, exit, { isOfOtherBoot }) : before;
  const isBeforeStart = status === "created" || status === "creating";
  const is = { isRecordLost, isUnsettled, isOfOtherBoot, isBeforeStart };
  const info = { id, name, places, config, stored, state: found, record, exit, ...is };
  // What its restart policy will say is known before it is written.
  return isUnsettled && settledState(info, true).restartAt > 0 ? { ...info, state: "restarting" } : info;
}

/** What the runtime knew of a container that lives on without its record: its own state has it, or else the kernel. */
function lostRecord(id: string, isStateLost: boolean, { record }: StoredState): ContainerRecord | undefined {
  if (isStateLost) return foundRecord(id);
  return record !== null && isAlive(record) ? record : undefined;
}

/** One in the foreground ends with its `wb run`: what a killed one left is none. */
function foregroundInfo(id: string, name: string, config: StoredConfig): ContainerInfo | undefined {
  const places = placesOf(id);
  const record = recordOf(places, id);
  if (record === undefined || !isLocked(places.foreground)) return undefined;
  const kept = asStoredState(readEntry(places.store, id, STATE_FILE));
  const stored = { ...kept, startedAt: config.created, running: true };
  // When its process has ended, it is gone in a moment.
  const state = statusOf(places.runtime, record) === "paused" ? "paused" : "running";
  const is = { isRecordLost: false, isUnsettled: false, isOfOtherBoot: false, isBeforeStart: false };
  return { id, name, places, config, stored, record, exit: undefined, state, ...is };
}

/** Of one in the foreground nothing is there before it is started. */
function damagedOf(entry: string): StoredConfig | undefined {
  const isForeground = lstatSync(entry, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isForeground ? undefined : damagedConfig(entry);
}

/** What is known of one whose state cannot be read: that it was created. */
function startedLike(kept: StoredState, { created, init_process_pid: pid }: ContainerRecord): StoredState {
  const startedAt = Date.parse(created);
  return pid === 0 || Number.isNaN(startedAt) ? kept : { ...kept, startedAt, running: true, bootId: bootId() };
}

const RUNNING: readonly ContainerState[] = ["running", "paused"];

interface Witnesses extends Pick<ContainerInfo, "places" | "record" | "exit" | "config" | "isOfOtherBoot"> {
  readonly before: StoredState;
  readonly status: Status;
}

function stateOf({ places, record, exit, before, config, isOfOtherBoot, status }: Witnesses): ContainerState {
  if (status === "running" || status === "paused") return status;
  if (status === "creating" || status === "created") return beforeStart(before);
  // It has ended, and its supervisor will say how in a moment.
  const mayBeTold = before.running && record !== undefined && exit === undefined;
  if (mayBeTold && status === "stopped" && isLocked(places.supervised)) return "running";
  if (config.damage !== undefined) return "dead";
  if (before.restartAt > 0 && !before.running && !isOfOtherBoot) return "restarting";
  return before.startedAt === 0 ? "created" : "exited";
}

/** It is about to run, and what its state says is of the time before. */
function beforeStart({ startedAt, running, restartAt }: StoredState): ContainerState {
  if (running) return "running";
  if (restartAt > 0) return "restarting";
  return startedAt === 0 ? "created" : "exited";
}

function recordOf({ runtime }: ContainerPlaces, id: string): ContainerRecord | undefined {
  try {
    return readRecord(runtime, id);
  } catch (error) {
    if (error instanceof LifecycleError && error.code === "WB_CONTAINER_NOT_FOUND") return undefined;
    throw error;
  }
}

/** How it ended, where its supervisor has written that and nobody has cleaned up after it yet. */
export function exitOf({ exit: path }: ContainerPlaces): ExitRecord | undefined {
  // Most have none, and an exception takes as long as ten files.
  if (!existsSync(path)) return undefined;
  try {
    return parseExitRecord(readFileSync(path));
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "EISDIR")) return undefined;
    throw error;
  }
}
