import { type IdMap, idOutside } from "@wb/ns";
import { recordEvent } from "../events/record-event.ts";
import { ANONYMOUS } from "../filters/volume-filters.ts";
import { createVolume } from "./create-volume.ts";
import type { NamedVolume } from "./named-volume.ts";
import type { VolumeRecord } from "./volume-record.ts";
import { findVolume, lockVolumes } from "./volume-store.ts";

/**
 * Makes those volumes of a container that are not there. The container is stored already, so that from here on nobody removes them.
 *
 * @param remap whose root owns new ones
 * @returns the volumes, by their names
 * @throws UserError for a driver or its options
 */
export async function makeVolumes(
  volumes: readonly NamedVolume[],
  remap: readonly IdMap[],
): Promise<ReadonlyMap<string, VolumeRecord>> {
  const made = new Map<string, VolumeRecord>();
  if (volumes.length === 0) return made;
  const id = idOutside(remap, 0) ?? 0;
  using _lock = await lockVolumes();
  for (const { name, anonymous, driver, labels, options } of volumes) {
    if (made.has(name)) continue;
    const isNew = findVolume(name) === undefined;
    const wanted = anonymous ? { ...labels, [ANONYMOUS]: "" } : labels;
    const request = { name, driver, labels: wanted, options };
    const record = await createVolume(remap.length === 0 ? request : { ...request, owner: { uid: id, gid: id } });
    made.set(name, record);
    if (isNew) recordEvent({ type: "volume", action: "create", id: name, attributes: { driver: record.driver } });
  }
  return made;
}
