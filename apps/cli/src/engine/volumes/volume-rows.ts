import type { VolumeRow } from "../columns/volume-columns.ts";
import type { VolumeFacts } from "../filters/volume-filters.ts";
import { dataOf } from "./volume-places.ts";
import type { VolumeRecord } from "./volume-record.ts";
import { allVolumes } from "./volume-store.ts";
import { volumeUsers } from "./volume-users.ts";

/** A volume, and how many containers have it. */
export interface UsedVolume extends VolumeFacts, VolumeRow {
  readonly record: VolumeRecord;
  readonly containers: number;
}

/** All volumes, in no order. */
export function volumeRows(): UsedVolume[] {
  const users = volumeUsers();
  return allVolumes().map((record) => {
    const { name, driver, labels } = record;
    const containers = users.get(name)?.length ?? 0;
    return { record, name, driver, labels, mountpoint: dataOf(name), containers, inUse: containers > 0 };
  });
}
