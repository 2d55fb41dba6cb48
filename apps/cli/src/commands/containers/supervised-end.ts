import { closeSync, fstatSync, statSync } from "node:fs";
import { cleanUp } from "../../engine/containers/clean-up.ts";
import { exitOf, infoOf } from "../../engine/containers/container-info.ts";
import { type ContainerPlaces, placesOf } from "../../engine/containers/container-places.ts";
import { waitToRestart } from "../../engine/containers/wait-to-restart.ts";
import { ContainerEntry } from "../../engine/store/container-entry.ts";
import { nameOfId } from "../../engine/store/names.ts";
import { warn } from "./warn.ts";

/** What a supervisor becomes when its container has ended: nobody types it. */
export async function supervisedEnd([id = ""]: readonly string[]): Promise<number> {
  const places = placesOf(id);
  // Whoever has the container's lock, and waits for its end, waits for the record as long as somebody is there who may write it.
  if (exitOf(places) === undefined) letGo(places);
  using entry = ContainerEntry.lock(places.store, id);
  if (entry === undefined) return 0;
  const info = infoOf(id, nameOfId(places.store, id) ?? "");
  // Others may have cleaned up, started it again, or let somebody wait for that.
  if (info === undefined || info.state === "running" || info.state === "paused") return 0;
  if (info.state === "restarting" && info.record === undefined && info.exit === undefined) return 0;
  const state = await cleanUp(entry, info, warn, { restarts: true });
  if (state !== undefined && state.restartAt > 0) waitToRestart(places, id, state.restartAt);
  return 0;
}

/** Of the lock that the supervisor had, which is number 3 of a clean-up. */
function letGo({ supervised }: ContainerPlaces): void {
  const found = statSync(supervised, { throwIfNoEntry: false });
  const own = fstatSync(INHERITED);
  if (own.dev === found?.dev && own.ino === found.ino) closeSync(INHERITED);
}

const INHERITED = 3;
