import type { Filters } from "./filters.ts";
import { matchesExactly, matchesLabels, matchesPattern, truthOf } from "./matches.ts";

/** What docker volume ls chooses volumes by. */
export interface VolumeFacts {
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether a container uses it. */
  readonly inUse: boolean;
}

/** The keys of `docker volume ls --filter`. */
export const VOLUME_FILTERS: readonly string[] = ["dangling", "driver", "label", "name"];

/** The keys of `docker volume prune --filter`: `all` takes volumes with names, too. */
export const VOLUME_PRUNE_FILTERS: readonly string[] = ["all", "label", "label!"];

/**
 * The volumes that docker volume ls lists, by their names (moby, volume/service/convert.go).
 *
 * @throws UserError in docker's words
 */
export function listVolumes<T extends VolumeFacts>(volumes: readonly T[], filters: Filters): T[] {
  const dangling = truthOf(filters, "dangling");
  return volumes
    .filter(
      ({ name, driver, labels, inUse }) =>
        matchesExactly(filters, "driver", driver) &&
        matchesPattern(filters, "name", name) &&
        matchesLabels(filters, labels) &&
        (dangling === undefined || inUse !== dangling),
    )
    .toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}

/** The label of docker's volumes that nobody named. */
export const ANONYMOUS = "com.docker.volume.anonymous";

/**
 * The volumes that docker volume prune removes: of the driver local, unused, and without a name unless `all=` says all; `-a` is that filter.
 *
 * @throws UserError in docker's words
 */
export function volumesToPrune<T extends VolumeFacts>(volumes: readonly T[], filters: Filters): T[] {
  const all = truthOf(filters, "all") === true;
  return volumes.filter(
    ({ driver, labels, inUse }) =>
      driver === "local" && !inUse && (all || Object.hasOwn(labels, ANONYMOUS)) && matchesLabels(filters, labels),
  );
}
