import {
  freeSubnet,
  gatewayOf,
  type Link,
  linkFind,
  linkList,
  type NetlinkSocket,
  openNetlink,
  overlaps,
  parseSubnet,
  planPool,
} from "@wb/net";
import { newContainerId } from "../container-id.ts";
import { DEFAULT_NETWORK } from "../options/network-mode.ts";
import { allConnections } from "./container-connections.ts";
import type { NetworkRecord } from "./network-record.ts";
import { readNetwork, writeNetwork } from "./network-store.ts";
import { isOthers } from "./network-up.ts";
import { takenSubnets } from "./taken-subnets.ts";

/**
 * The network of containers that ask for none. Nobody has chosen its bridge and its subnet: where they are another's by now, it gets others,
 * unless a container is on it. The caller has the lock of networks.
 */
export function defaultNetwork(): NetworkRecord {
  using socket = openNetlink("route");
  const kept = readNetwork(DEFAULT_NETWORK);
  return defaultNetworkFor(kept, kept && linkFind(kept.bridge, socket), socket);
}

/** As {@link defaultNetwork}, for who has looked for its link. */
export function defaultNetworkFor(
  kept: NetworkRecord | undefined,
  found: Link | undefined,
  socket: NetlinkSocket,
): NetworkRecord {
  if (kept !== undefined && isStillGood(kept, found, socket)) return kept;
  const network = planned(kept?.id ?? newContainerId(), socket);
  writeNetwork(network);
  return network;
}

function isStillGood(kept: NetworkRecord, found: Link | undefined, socket: NetlinkSocket): boolean {
  if (found !== undefined && !isOthers(kept, found.alias)) return true;
  if (allConnections().some(({ networks }) => networks.includes(kept.id))) return true;
  return found === undefined && !overlapsAny(kept, takenSubnets(socket, kept.id));
}

function overlapsAny({ pools }: NetworkRecord, taken: readonly string[]): boolean {
  const others = taken.map(parseSubnet);
  return pools.some(({ subnet }) => others.some((other) => overlaps(other, parseSubnet(subnet))));
}

function planned(id: string, socket: NetlinkSocket): NetworkRecord {
  const subnet = freeSubnet(takenSubnets(socket, id).filter((text) => !text.includes(":")));
  const gateway = gatewayOf(planPool({ subnet })).split("/")[0] ?? "";
  return {
    version: 1,
    id,
    name: DEFAULT_NETWORK,
    driver: "bridge",
    created: Date.now(),
    bridge: freeName(socket),
    pools: [{ subnet, range: "", gateway, reserved: {} }],
    isConfigured: false,
    ipv6: false,
    internal: false,
    masquerade: true,
    icc: true,
    mtu: 0,
    labels: {},
    options: {},
  };
}

function freeName(socket: NetlinkSocket): string {
  const names = new Set(linkList(socket).map(({ name }) => name));
  let number = 0;
  while (names.has(`wb${number}`)) number++;
  return `wb${number}`;
}
