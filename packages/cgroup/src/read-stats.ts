import { type CgroupStats, statsOf } from "./controllers.ts";
import { type Place, placeOf, unifiedPlace } from "./place.ts";
import { readIfPresent } from "./read.ts";

export interface StatsOptions {
  /** The files to read, of v2, of v1 or of both: each is a few system calls, and all are about fifty. Default: all. */
  readonly files?: readonly string[];
}

/** Reads a group's statistics, each file where its controller is. */
export function readStats(places: readonly Place[], { files }: StatsOptions = {}): CgroupStats {
  const unified = unifiedPlace(places);
  const isWanted = (file: string): boolean => files === undefined || files.includes(file);
  return statsOf(
    (file) => {
      if (!isWanted(file)) return undefined;
      const place = placeOf(places, file.slice(0, file.indexOf(".")));
      return place?.hierarchy.version === 1 ? readIfPresent(`${place.directory}/${file}`) : undefined;
    },
    (file) => (unified === undefined || !isWanted(file) ? undefined : readIfPresent(`${unified.directory}/${file}`)),
  );
}
