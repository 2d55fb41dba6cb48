import { type CgroupStats, statsOf } from "./controllers.ts";
import { type Place, placeOf, unifiedPlace } from "./place.ts";
import { readIfPresent } from "./read.ts";

/** Reads a group's statistics, each file where its controller is. */
export function readStats(places: readonly Place[]): CgroupStats {
  const unified = unifiedPlace(places);
  return statsOf(
    (file) => {
      const place = placeOf(places, file.slice(0, file.indexOf(".")));
      return place?.hierarchy.version === 1 ? readIfPresent(`${place.directory}/${file}`) : undefined;
    },
    (file) => (unified === undefined ? undefined : readIfPresent(`${unified.directory}/${file}`)),
  );
}
