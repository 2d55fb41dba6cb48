import type { HostsEntry } from "@wb/net";
import { allConnections, type ContainerConnections } from "./container-connections.ts";
import { rewriteHosts } from "./network-files.ts";
import { withoutLength } from "./published-ports.ts";

/** How containers are called on the networks of one, itself included. On the default network nobody has a name. */
export function namesOnNetworks(
  own: Pick<ContainerConnections, "endpoints">,
  all: readonly ContainerConnections[],
): HostsEntry[] {
  const networks = new Set(own.endpoints.map(({ networkId }) => networkId));
  return all
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ networkId, names }) => networks.has(networkId) && names.length > 0)
    .flatMap(({ addresses, names }) => addresses.map((prefix) => ({ address: withoutLength(prefix), names })));
}

/**
 * Tells the containers of networks of each other, once one has come or gone. The caller has the lock of the network.
 *
 * @param networkIds of those networks
 */
export function tellNames(networkIds: readonly string[]): void {
  const all = allConnections();
  const wanted = new Set(networkIds);
  for (const one of all)
    if (one.endpoints.some(({ networkId, names }) => wanted.has(networkId) && names.length > 0))
      rewriteHosts(one.directory, namesOnNetworks(one, all));
}
