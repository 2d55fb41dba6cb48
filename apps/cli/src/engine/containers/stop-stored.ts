import { SIG } from "@wb/syscall";
import { killContainer } from "../../runtime/lifecycle/kill-container.ts";
import { LifecycleError } from "../../runtime/lifecycle/lifecycle-error.ts";
import { containerEvent } from "../events/container-event.ts";
import type { ContainerEntry } from "../store/container-entry.ts";
import { cleanUp } from "./clean-up.ts";
import { type ContainerInfo, infoOf } from "./container-info.ts";
import { STATE_FILE } from "./stored-state.ts";
import { waitForEnd } from "./wait-for-end.ts";

export interface StopOptions {
  /** How long to wait for the signal; less than 0: for ever. */
  readonly seconds: number;
  readonly signal: number;
  readonly warn: (message: string) => void;
  /** It is to be removed: nothing is written of it, for which there may be no room. Default false. */
  readonly removes?: boolean;
}

/**
 * Stops a container, whose lock the caller has, as docker-stop(1): its stop signal, and SIGKILL when that was not enough in time. One
 * that does not run is left as it is. From now on its restart policy does not start it.
 */
export async function stopStored(
  entry: ContainerEntry,
  info: ContainerInfo,
  { seconds, signal, warn, removes = false }: StopOptions,
): Promise<void> {
  const { id, name, stored, state } = info;
  if (!removes) entry.write(STATE_FILE, { ...stored, stoppedByHand: true, lastDelay: 0, restartAt: 0 });
  if (state === "running" || state === "paused") {
    kill(info, signal);
    const ended = await waitForEnd(info, seconds < 0 ? undefined : seconds * 1000);
    if (ended === undefined) {
      kill(info, SIG.KILL);
      await waitForEnd(info);
    }
  }
  const now = infoOf(id, name);
  if (now !== undefined) await cleanUp(entry, { ...now, config: info.config }, warn, { removes });
  if (state === "running" || state === "paused") containerEvent("stop", info);
}

function kill(info: ContainerInfo, signal: number): void {
  try {
    killContainer(info.places.runtime, info.id, signal);
    containerEvent("kill", info, { signal });
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof LifecycleError)) throw error;
  }
}
