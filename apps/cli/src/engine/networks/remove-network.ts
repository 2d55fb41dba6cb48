import { rmSync } from "node:fs";
import {
  contains,
  linkDelete,
  linkFind,
  natRemoveNetworks,
  openNetlink,
  parseAddress,
  parseSubnet,
  publishedPorts,
  type PublishedPort,
  unpublish,
} from "@wb/net";
import { isErrno } from "@wb/syscall";
import { UserError } from "../../user-error.ts";
import { allConnections } from "./container-connections.ts";
import { lockNetwork } from "./lock-network.ts";
import { networkEvent } from "./network-event.ts";
import { noSuchNetwork, networkNamed } from "./network-named.ts";
import { leasesOfNetwork } from "./network-places.ts";
import type { NetworkRecord } from "./network-record.ts";
import { removeNetworkRecord } from "./network-store.ts";
import { isOthers, isOwn, natNetwork } from "./network-up.ts";
import { isPredefined } from "./predefined.ts";

/**
 * Removes a network that no container is on, with its bridge and its rules.
 *
 * @returns what it was
 * @throws UserError in docker's words
 */
export function removeNetwork(reference: string): NetworkRecord {
  using _lock = lockNetwork();
  if (isPredefined(reference))
    throw new UserError(`${reference} is a pre-defined network and cannot be removed`, {
      hint: "it is always there: --net none is without",
    });
  const network = networkNamed(reference);
  if (network === undefined) throw noSuchNetwork(reference);
  const { id, name } = network;
  if (allConnections().some(({ networks }) => networks.includes(id)))
    throw new UserError(`error while removing network: network ${name} id ${id} has active endpoints`, {
      hint: `containers are on it: wb network inspect ${name}`,
    });
  removeNetworkParts(network);
  networkEvent("destroy", network);
  return network;
}

/** The record goes last: what is left of one whose removal was killed is removed with it the next time. The caller has the lock of the network. */
export function removeNetworkParts(network: NetworkRecord): void {
  const { bridge, id, name } = network;
  natRemoveNetworks([natNetwork(network)]);
  using socket = openNetlink("route");
  const found = linkFind(bridge, socket);
  if (found?.kind === "bridge" && !isOthers(network, found.alias)) unpublish(portsTo(network));
  if (found?.kind === "bridge" && isOwn(network, found.alias)) passingOver(() => linkDelete(bridge, socket));
  rmSync(leasesOfNetwork(id), { recursive: true, force: true });
  removeNetworkRecord(name);
}

/** Ports that lead to its addresses: of containers whose files were lost. */
function portsTo({ pools }: NetworkRecord): PublishedPort[] {
  const subnets = pools.map(({ subnet }) => parseSubnet(subnet));
  return publishedPorts().filter(({ to }) => {
    const { version, number } = parseAddress(to.address);
    return subnets.some((subnet) => contains(subnet, { version, first: number, last: number }));
  });
}

/** Somebody else was quicker. */
function passingOver(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isErrno(error, "ENODEV")) throw error;
  }
}
