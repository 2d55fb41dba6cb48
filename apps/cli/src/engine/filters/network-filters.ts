import { UserError } from "../../user-error.ts";
import type { NetworkRow } from "../columns/network-columns.ts";
import { isPredefined } from "../networks/predefined.ts";
import { type Filters, valuesOf } from "./filters.ts";
import { matchesBeginning, matchesExactly, matchesLabels, matchesPattern, truthOf } from "./matches.ts";
import { pruneMatcher } from "./prune-filters.ts";

/** The keys of `docker network ls --filter`. */
export const NETWORK_FILTERS: readonly string[] = ["dangling", "driver", "id", "label", "name", "scope", "type"];

/**
 * The networks that docker network ls lists, by their names (moby, daemon/network/filter.go).
 *
 * @throws UserError in docker's words
 */
export function listNetworks(networks: readonly NetworkRow[], filters: Filters): NetworkRow[] {
  const dangling = truthOf(filters, "dangling");
  const types = valuesOf(filters, "type");
  const unknown = types.find((type) => type !== "custom" && type !== "builtin");
  if (unknown !== undefined)
    throw new UserError(`invalid filter: 'type'='${unknown}'`, { hint: "type=custom or type=builtin" });
  return networks
    .filter(
      ({ id, name, driver, labels, inUse }) =>
        matchesExactly(filters, "driver", driver) &&
        matchesBeginning(filters, "id", id) &&
        matchesPattern(filters, "name", name) &&
        matchesExactly(filters, "scope", "local") &&
        matchesLabels(filters, labels) &&
        (types.length === 0 || types.includes(isPredefined(name) ? "builtin" : "custom")) &&
        (dangling === undefined || (inUse || isPredefined(name)) !== dangling),
    )
    .toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}

/** The networks that docker network prune removes: those that no container that runs is on. */
export function networksToPrune(networks: readonly NetworkRow[], filters: Filters, now: number): NetworkRow[] {
  const isChosen = pruneMatcher(filters, now);
  return networks.filter((network) => !network.inUse && !isPredefined(network.name) && isChosen(network));
}
