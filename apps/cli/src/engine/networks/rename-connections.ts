import { readConnections, writeConnections } from "./container-connections.ts";
import { lockNetwork } from "./lock-network.ts";
import { tellNames } from "./names-on-networks.ts";

/** Has others on a container's networks call it by another name. */
export function renameConnections(id: string, from: string, to: string): void {
  if (readConnections(id) === undefined) return;
  using _lock = lockNetwork();
  const connections = readConnections(id);
  if (connections === undefined) return;
  const endpoints = connections.endpoints.map((endpoint) => ({
    ...endpoint,
    names: [...new Set(endpoint.names.map((name) => (name === from && !endpoint.aliases.includes(name) ? to : name)))],
  }));
  writeConnections({ ...connections, endpoints });
  tellNames(connections.networks);
}
