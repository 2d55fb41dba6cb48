import { DEFAULT_NETWORK } from "../options/network-mode.ts";
import { defaultNetwork } from "./default-network.ts";
import { networkNamed, noSuchNetwork } from "./network-named.ts";
import type { NetworkRecord } from "./network-record.ts";

/**
 * The network that a container is to be on, by a word for it. The default one is made where it is missing: the caller has the lock of the network.
 *
 * @throws UserError in docker's words
 */
export function findNetwork(reference: string): NetworkRecord {
  if (reference === DEFAULT_NETWORK) return defaultNetwork();
  const found = networkNamed(reference);
  if (found === undefined) throw noSuchNetwork(reference);
  return found.name === DEFAULT_NETWORK ? defaultNetwork() : found;
}
