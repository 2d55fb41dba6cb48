import { existsSync, rmSync } from "node:fs";
import {
  disconnect,
  flushUdp,
  hasLink,
  openNetlink,
  publishedPorts as portsInRules,
  type PublishedPort,
  reclaim,
  release,
  stopUserMode,
  unpublish,
} from "@wb/net";
import {
  connectedIds,
  type ContainerConnections,
  type Endpoint,
  readConnections,
  removeConnections,
} from "./container-connections.ts";
import { lockNetwork } from "./lock-network.ts";
import { tellNames } from "./names-on-networks.ts";
import { connectionsDirectory, leasesDirectory, networkStateDirectory, userModeDirectory } from "./network-places.ts";
import { allNetworks } from "./network-store.ts";
import { isIpv4, publishedPorts, withoutLength } from "./published-ports.ts";

/**
 * Takes a container from its networks: its ports, links and addresses go, and others no longer know its names. Of one that has none, or whose leaving
 * was killed, what is left goes.
 *
 * @returns where it was
 */
export function leaveNetworks(id: string): readonly Endpoint[] {
  if (!existsSync(`${connectionsDirectory()}/${id}`)) return [];
  using _lock = lockNetwork();
  return leaveNetworksLocked(id);
}

/** As {@link leaveNetworks}, for who has the lock of the network. */
export function leaveNetworksLocked(id: string): readonly Endpoint[] {
  const connections = readConnections(id);
  if (connections === undefined) {
    stopUserMode(userModeDirectory(id));
    // Its file says nothing: the leases do.
    if (connectedIds().includes(id)) for (const network of allNetworks()) reclaimOf(id, network.id);
    removeConnections(id);
    tidy();
    return [];
  }
  const { endpoints, networks } = connections;
  if (connections.isUserMode === true) stopUserMode(userModeDirectory(id));
  unpublishAll(connections);
  for (const endpoint of endpoints) {
    if (!goesByItself(endpoint.host)) disconnect(endpoint);
    releaseAddresses(endpoint);
  }
  // Of one that was killed before it wrote which addresses it had.
  if (endpoints.length < networks.length) networks.forEach((network) => reclaimOf(id, network));
  removeConnections(id);
  tellNames(networks);
  tidy();
  return endpoints;
}

/** Without containers there is nothing to know until the next one. */
function tidy(): void {
  if (connectedIds().length === 0) rmSync(networkStateDirectory(), { recursive: true, force: true });
}

/** Takes a link, with both its ends, and the addresses. The caller has the lock of the network. */
export function removeEndpoint(endpoint: Endpoint): void {
  disconnect(endpoint);
  releaseAddresses(endpoint);
}

/** The caller has the lock of the network. */
export function releaseAddresses({ addresses, networkId }: Endpoint): void {
  for (const address of addresses.map(withoutLength))
    release(leasesDirectory(networkId, isIpv4(address) ? 4 : 6), address);
}

/**
 * A link goes with the namespace that its other end is in, which takes the kernel a few milliseconds when the last process has ended; to delete it
 * takes it 20. Another container may be in there, or somebody may have named it.
 */
function goesByItself(host: string): boolean {
  using socket = openNetlink("route");
  for (const deadline = performance.now() + PATIENCE; ; pause(1)) {
    if (!hasLink(host, socket)) return true;
    if (performance.now() >= deadline) return false;
  }
}

/** Milliseconds. */
const PATIENCE = 15;

/** Milliseconds. */
function pause(time: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, time);
}

function unpublishAll(connections: ContainerConnections): void {
  const wanted = publishedPorts(connections);
  // A start that was killed has published them, or not: somebody else may have one of them.
  const ports = connections.isPublished === true || wanted.length === 0 ? wanted : ofThose(wanted);
  if (ports.length === 0) return;
  unpublish(ports);
  const udp = ports.filter(({ protocol }) => protocol === "udp");
  if (udp.length > 0) flushUdp({ ports: udp.map(({ port }) => port) });
}

/** Those that the rules have, and that lead to the same. */
function ofThose(wanted: readonly PublishedPort[]): PublishedPort[] {
  const keys = new Set(wanted.map(keyOf));
  return portsInRules().filter((port) => keys.has(keyOf(port)));
}

function keyOf({ address = "", port, protocol = "tcp", to }: PublishedPort): string {
  return [address, port, protocol, to.address, to.port].join(" ");
}

function reclaimOf(id: string, networkId: string): void {
  for (const version of [4, 6] as const) reclaim(leasesDirectory(networkId, version), (owner) => owner === id);
}
