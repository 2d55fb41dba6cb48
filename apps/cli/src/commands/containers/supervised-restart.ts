import { cleanUp } from "../../engine/containers/clean-up.ts";
import { infoOf } from "../../engine/containers/container-info.ts";
import { placesOf } from "../../engine/containers/container-places.ts";
import { startStored } from "../../engine/containers/start-stored.ts";
import { STATE_FILE, type StoredState } from "../../engine/containers/stored-state.ts";
import { waitToRestart } from "../../engine/containers/wait-to-restart.ts";
import { restartDelay } from "../../engine/restart/restart-decision.ts";
import { ContainerEntry } from "../../engine/store/container-entry.ts";
import { nameOfId } from "../../engine/store/names.ts";
import { messageOf } from "../../report-error.ts";
import { warn } from "./warn.ts";

/** Starts a container again that has ended, unless somebody stopped, started or removed it meanwhile: nobody types it. */
export async function supervisedRestart([id = ""]: readonly string[]): Promise<number> {
  const places = placesOf(id);
  using entry = ContainerEntry.lock(places.store, id);
  const info = entry === undefined ? undefined : infoOf(id, nameOfId(places.store, id) ?? "");
  if (entry === undefined || info === undefined || info.state !== "restarting") return 0;
  const { config } = info;
  const state = await cleanUp(entry, info, warn);
  if (state === undefined) return 0;
  // The policy may be another one by now: wb update.
  if (restartDelay(config.restart, state, NO_TIMES) === undefined) {
    entry.write(STATE_FILE, { ...state, restartAt: 0 });
    return 0;
  }
  const next = { ...state, restarts: state.restarts + 1 };
  try {
    await startStored(entry, config, { state: next, warn });
  } catch (error) {
    const failed = { ...next, exitCode: NOT_STARTED, error: messageOf(error), finishedAt: Date.now() };
    const delay = restartDelay(config.restart, failed, { ranFor: 0, lastDelay: state.lastDelay });
    const again: Pick<StoredState, "restartAt" | "lastDelay"> =
      delay === undefined ? { restartAt: 0, lastDelay: 0 } : { restartAt: failed.finishedAt + delay, lastDelay: delay };
    entry.write(STATE_FILE, { ...failed, ...again });
    if (again.restartAt > 0) waitToRestart(places, id, again.restartAt);
  }
  return 0;
}

/** How long it is to be put off was decided before. */
const NO_TIMES = { ranFor: 0, lastDelay: 0 } as const;

/** docker's, for what could not be started. */
const NOT_STARTED = 127;
