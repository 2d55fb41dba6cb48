import { restartDelay } from "../restart/restart-decision.ts";
import type { ContainerInfo } from "./container-info.ts";
import type { StoredState } from "./stored-state.ts";

/**
 * The state of a container that has ended, with what comes next: both are in one file, so that whoever finds that it ended, and was
 * killed then, has left nothing undecided.
 *
 * @param restarts whether its restart policy is asked; what ended with the machine is started by `wb system start`
 */
export function settledState({ config, stored, isOfOtherBoot }: ContainerInfo, restarts: boolean): StoredState {
  const { startedAt, finishedAt, lastDelay } = stored;
  const delay =
    restarts && !isOfOtherBoot
      ? restartDelay(config.restart, stored, { ranFor: finishedAt - startedAt, lastDelay })
      : undefined;
  const next = delay === undefined ? { restartAt: 0 } : { restartAt: Date.now() + delay, lastDelay: delay };
  return { ...stored, ...next, running: false };
}
