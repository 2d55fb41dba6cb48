import { UserError } from "../../user-error.ts";
import type { Filters } from "../filters/filters.ts";
import { networksToPrune } from "../filters/network-filters.ts";
import { containerIds } from "../state.ts";
import { hasEntry } from "../store/container-entry.ts";
import { dataDirectory } from "../store/directories.ts";
import { connectedIds } from "./container-connections.ts";
import { leaveNetworks } from "./leave-networks.ts";
import { networkRows } from "./network-rows.ts";
import { removeNetwork } from "./remove-network.ts";

/** Removes the networks that no container is on and that filters choose. What containers have left that are gone goes, too. @returns their names */
export function pruneNetworks(filters: Filters): string[] {
  sweepConnections();
  return networksToPrune(networkRows(), filters, Date.now())
    .map(({ name }) => name)
    .filter((name) => {
      try {
        removeNetwork(name);
        return true;
      } catch (error) {
        // A container is on it now, or somebody else removed it.
        if (error instanceof UserError) return false;
        throw error;
      }
    });
}

/** Of containers that nothing else is known of: their files were removed by hand, or with the disk. */
function sweepConnections(): void {
  const store = dataDirectory();
  const living = new Set(containerIds());
  for (const id of connectedIds()) if (!living.has(id) && !hasEntry(store, id)) leaveNetworks(id);
}
