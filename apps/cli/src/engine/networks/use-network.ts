import { linkFind, openNetlink } from "@wb/net";
import { DEFAULT_NETWORK } from "../options/network-mode.ts";
import { defaultNetworkFor } from "./default-network.ts";
import { networkNamed, noSuchNetwork } from "./network-named.ts";
import type { NetworkRecord } from "./network-record.ts";
import { readNetwork } from "./network-store.ts";
import { bridgeUp } from "./network-up.ts";

/**
 * The network that a container is to be on, by a word for it, with all that this machine needs for it. The caller has the lock of the network.
 *
 * @throws UserError in docker's words
 */
export function useNetwork(reference: string): NetworkRecord {
  using route = openNetlink("route");
  const named = reference === DEFAULT_NETWORK ? readNetwork(reference) : networkNamed(reference);
  if (named === undefined && reference !== DEFAULT_NETWORK) throw noSuchNetwork(reference);
  const found = named === undefined ? undefined : linkFind(named.bridge, route);
  const network =
    named === undefined || named.name === DEFAULT_NETWORK ? defaultNetworkFor(named, found, route) : named;
  bridgeUp(network, route, network === named ? found : linkFind(network.bridge, route));
  return network;
}
