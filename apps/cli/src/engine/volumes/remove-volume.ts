import { renameSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../user-error.ts";
import { newContainerId } from "../container-id.ts";
import { recordEvent } from "../events/record-event.ts";
import { lockExisting } from "../store/lock.ts";
import { noSuchVolume } from "./no-such-volume.ts";
import { volumeDirectory, volumesDirectory } from "./volume-places.ts";
import { findVolume, lockVolumes, removeVolumeTree } from "./volume-store.ts";
import { volumeUsers } from "./volume-users.ts";

/**
 * Removes a volume and its data.
 *
 * @throws UserError in docker's words: it is not there, or a container has it, also one that does not run
 */
export async function removeVolume(name: string): Promise<void> {
  using taken = await takenAside(name);
  await removeVolumeTree(taken.path);
}

/** For others it is gone from then on: it takes its time to remove much. */
async function takenAside(name: string): Promise<Disposable & { readonly path: string }> {
  using _lock = await lockVolumes();
  const volume = findVolume(name);
  if (volume === undefined) throw noSuchVolume(name);
  const users = volumeUsers().get(name) ?? [];
  if (users.length > 0)
    throw new UserError(`remove ${name}: volume is in use - [${users.join(", ")}]`, {
      hint: `remove the containers first: wb rm ${users.map((id) => id.slice(0, 12)).join(" ")}`,
    });
  const path = volumeDirectory(name);
  // As long as it is removed, nobody takes it for what a killed process left.
  const own = lockExisting(path);
  const aside = join(volumesDirectory(), `.${newContainerId()}.gone`);
  renameSync(path, aside);
  recordEvent({ type: "volume", action: "destroy", id: name, attributes: { driver: volume.driver } });
  return { path: aside, [Symbol.dispose]: () => own?.[Symbol.dispose]() };
}
