import type { ContainerInfo } from "../containers/container-info.ts";
import { exitCodeOf } from "../containers/exit-code.ts";
import type { Health } from "../health/health-file.ts";
import { healthOf } from "../health/health-of.ts";
import { rfc3339 } from "../words/rfc3339.ts";
import type { ContainerState } from "../words/status-text.ts";

/** `State` of docker inspect (moby, api/types/container, State). */
export interface StateDocument {
  readonly Status: ContainerState;
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Restarting: boolean;
  readonly OOMKilled: boolean;
  readonly Dead: boolean;
  /** As the host sees it; 0 where nothing runs. */
  readonly Pid: number;
  readonly ExitCode: number;
  readonly Error: string;
  readonly StartedAt: string;
  readonly FinishedAt: string;
  /** Of one that is checked. */
  readonly Health?: Health;
}

export function stateDocument(info: ContainerInfo): StateDocument {
  const { state, stored, record, exit } = info;
  const health = healthOf(info);
  const isAlive = state === "running" || state === "paused";
  const ended = exit === undefined ? stored.exitCode : exitCodeOf(exit);
  return {
    Status: state,
    // One that is to be started again counts as one that runs.
    Running: isAlive || state === "restarting",
    Paused: state === "paused",
    Restarting: state === "restarting",
    OOMKilled: stored.oomKilled && !isAlive,
    Dead: state === "dead",
    Pid: isAlive ? (record?.init_process_pid ?? 0) : 0,
    ExitCode: isAlive ? 0 : ended,
    Error: stored.error,
    StartedAt: rfc3339(stored.startedAt),
    FinishedAt: rfc3339(exit?.at ?? stored.finishedAt),
    ...(health === undefined ? {} : { Health: health }),
  };
}
