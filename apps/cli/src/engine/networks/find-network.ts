import { UserError } from "../../user-error.ts";
import { DEFAULT_NETWORK } from "../options/network-mode.ts";
import { defaultNetwork } from "./default-network.ts";
import type { NetworkRecord } from "./network-record.ts";
import { allNetworks, readNetwork } from "./network-store.ts";

/**
 * The network that a word stands for: its name, its id, the beginning of its id. The default one is made where it is missing: the caller has
 * the lock of the network.
 *
 * @throws UserError in docker's words
 */
export function findNetwork(reference: string): NetworkRecord {
  if (reference === DEFAULT_NETWORK) return defaultNetwork();
  const exact = readNetwork(reference);
  if (exact !== undefined) return exact;
  const matches = reference === "" ? [] : allNetworks().filter(({ id }) => id.startsWith(reference));
  const [found, second] = matches;
  if (second !== undefined)
    throw new UserError(`network ${reference} is ambiguous (${matches.length} matches found on ID prefix)`, {
      hint: "give more of the id",
    });
  if (found === undefined)
    throw new UserError(`network ${reference} not found`, {
      hint: "see them with wb network ls, or make it: wb network create",
    });
  return found.name === DEFAULT_NETWORK ? defaultNetwork() : found;
}
