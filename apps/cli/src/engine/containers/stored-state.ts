import type { ContainerRecord } from "../../runtime/lifecycle/container-record.ts";
import { asListed, type Listed } from "./listed.ts";

/** How a container was last, for when it does not run: what the kernel no longer says of it. Times are milliseconds since 1970. */
export interface StoredState {
  /** 0: never. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  /** Why it could not be started, or what went wrong with it. */
  readonly error: string;
  /** Whether the kernel killed a process of it for want of memory. */
  readonly oomKilled: boolean;
  /** By `wb stop` or `wb kill`, since it was started last. */
  readonly stoppedByHand: boolean;
  /** How often its restart policy has started it again. */
  readonly restarts: number;
  /** How long the last restart was put off, in ms. */
  readonly lastDelay: number;
  /** When its restart policy starts it again; 0: not at all. */
  readonly restartAt: number;
  /** It was started, and nobody has written yet how it ended. */
  readonly running: boolean;
  /** The boot in which it was started last: random(4), boot_id. */
  readonly bootId: string;
  /** What the OCI runtime knew of it when it was started: /run may be lost before the container is. */
  readonly record: ContainerRecord | null;
  /** The pid of the supervisor that it was started with, whose child its first process is as long as that lives; 0: of none. */
  readonly supervisor: number;
  /** Since it was started: what a list shows of it, which has one file less to read then. Null where that needs its health check, too. */
  readonly listed: Listed | null;
}

export const STATE_FILE = "state.json";

export const NEVER_STARTED: StoredState = {
  startedAt: 0,
  finishedAt: 0,
  exitCode: 0,
  error: "",
  oomKilled: false,
  stoppedByHand: false,
  restarts: 0,
  lastDelay: 0,
  restartAt: 0,
  running: false,
  bootId: "",
  record: null,
  supervisor: 0,
  listed: null,
};

/** By what decides whether it runs: a file that somebody wrote is none. */
export function isStoredState(value: unknown): boolean {
  const { startedAt, running } = Object(value);
  return Number.isFinite(startedAt) && typeof running === "boolean";
}

/** What a file says, with what it does not say as of one that never ran. */
export function asStoredState(value: unknown): StoredState {
  const given: Record<string, unknown> = Object(value);
  const state: Record<string, unknown> = { ...NEVER_STARTED };
  for (const name in state) if (typeof given[name] === typeof state[name]) state[name] = given[name];
  state["listed"] = asListed(state["listed"]);
  return state as unknown as StoredState;
}
