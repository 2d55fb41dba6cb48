import { containerEvent } from "../events/container-event.ts";
import type { ContainerEntry } from "../store/container-entry.ts";
import { releaseName } from "../store/names.ts";
import { cleanUp } from "./clean-up.ts";
import { type ContainerInfo, infoOf } from "./container-info.ts";

/** Removes a container that does not run, whose lock the caller has, and all that is left of it. */
export async function removeStored(
  entry: ContainerEntry,
  info: ContainerInfo,
  warn: (message: string) => void,
): Promise<void> {
  const { id, name, places } = info;
  const now = infoOf(id, name);
  if (now === undefined || (await cleanUp(entry, now, warn, { removes: true })) === undefined) return;
  entry.remove();
  releaseName(places.store, name, id);
  containerEvent("destroy", info);
}
