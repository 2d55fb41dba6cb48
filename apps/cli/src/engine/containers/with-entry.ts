import { noSuchContainer } from "../names/no-such-container.ts";
import { ContainerEntry, hasEntry } from "../store/container-entry.ts";
import { nameOfId } from "../store/names.ts";
import { type ContainerInfo, findInfo, infoOf } from "./container-info.ts";

/**
 * Does something with a container that a word stands for, as the only one that changes it: what it is was read under its lock.
 *
 * @param impatient what to do instead when another process has had the lock for a second: one that waits for the container's end
 */
export async function withEntry<T>(
  reference: string,
  action: (entry: ContainerEntry, info: ContainerInfo) => Promise<T>,
  impatient?: (info: ContainerInfo) => Promise<T>,
): Promise<T> {
  const found = findInfo(reference);
  const { id, places } = found;
  using entry = await ContainerEntry.lockMeanwhile(places.store, id, impatient === undefined ? undefined : PATIENCE);
  // It may have another name by now.
  const info = entry === undefined ? undefined : infoOf(id, nameOfId(places.store, id) ?? "");
  if (entry === undefined && impatient !== undefined && hasEntry(places.store, id)) return await impatient(found);
  if (entry === undefined || info === undefined) throw noSuchContainer(reference, "it was removed meanwhile");
  return await action(entry, info);
}

/** Milliseconds: longer than anything takes that does not wait for the container. */
const PATIENCE = 1000;
