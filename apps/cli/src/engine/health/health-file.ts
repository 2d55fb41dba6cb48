import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isErrno } from "@wb/syscall";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import type { HealthState } from "../words/status-text.ts";

/** One check of a container's health, as docker inspect has it. */
export interface HealthResult {
  /** RFC 3339 */
  readonly Start: string;
  readonly End: string;
  /** 0: healthy; -1: the check could not be made, or took too long. */
  readonly ExitCode: number;
  readonly Output: string;
}

/** `State.Health` of docker inspect (moby, api/types/container, Health). */
export interface Health {
  readonly Status: Exclude<HealthState, "none">;
  readonly FailingStreak: number;
  /** The last five. */
  readonly Log: readonly HealthResult[];
}

export const STARTING: Health = { Status: "starting", FailingStreak: 0, Log: [] };

/** What a container's last check has left; undefined where there was none, or the file is damaged. @param entry its directory in the store */
export function readHealth(entry: string): Health | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(entry, HEALTH_FILE), "utf8"));
    return isHealth(value) ? value : undefined;
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Replaces it as a whole. Its loss is no harm: the next check makes it anew. */
export function writeHealth(entry: string, health: Health): void {
  writeFileAtomically(join(entry, HEALTH_FILE), `${JSON.stringify(health)}\n`, 0o600);
}

const HEALTH_FILE = "health.json";

function isHealth(value: unknown): value is Health {
  const { Status, FailingStreak, Log } = Object(value);
  return ["starting", "healthy", "unhealthy"].includes(Status) && Number.isInteger(FailingStreak) && Array.isArray(Log);
}
