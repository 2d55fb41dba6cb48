import { readFileSync, writeFileSync } from "node:fs";
import {
  bridgeNetworkUp,
  isBridgeNetworkUp,
  isNatIntact,
  linkFind,
  type Link,
  natAddNetworks,
  type NatNetwork,
  natReload,
  type NetlinkSocket,
  openNetlink,
  type PublishedPort,
} from "@wb/net";
import { UserError } from "../../user-error.ts";
import { attachPorts } from "./attach-ports.ts";
import { allConnections, type ContainerConnections } from "./container-connections.ts";
import type { NetworkRecord } from "./network-record.ts";
import { allNetworks } from "./network-store.ts";
import { publishedPorts } from "./published-ports.ts";

/**
 * Has this machine what a network needs: its bridge with its addresses, forwarding, and the rules. What is there stays, what somebody took away
 * comes back. The caller has the lock of networks.
 *
 * @throws UserError when its bridge is another's; NetlinkError and errors of /proc when this machine cannot have it
 */
export function networkUp(network: NetworkRecord): void {
  using route = openNetlink("route");
  bridgeUp(network, route, linkFind(network.bridge, route));
}

/** As {@link networkUp}, for who has looked for its link. */
export function bridgeUp(network: NetworkRecord, route: NetlinkSocket, found: Link | undefined): void {
  const { bridge, pools, mtu, ipv6 } = network;
  if (found !== undefined && isOthers(network, found.alias))
    throw new UserError(`the link ${bridge} is of another network than ${network.name}`, {
      hint: `wb network rm ${network.name} and create it anew, or delete the link: ip link delete ${bridge}`,
    });
  const gateways = pools.map(({ gateway, subnet }) => `${gateway}/${subnet.split("/")[1]}`);
  const wanted = { bridge, gateways, alias: aliasOf(network), ...(mtu > 0 ? { mtu } : {}) };
  if (!isBridgeNetworkUp(wanted, route, found)) bridgeNetworkUp(wanted, route);
  if (found === undefined) attachPorts(network, route);
  if (!network.internal) forward(ipv6);
  rulesUp(network);
}

/** Whether a link is the bridge that was made for a network, and not one of somebody else that it was told to use. */
export function isOwn(network: NetworkRecord, alias: string | undefined): boolean {
  return alias === aliasOf(network);
}

/** Whether a link is the bridge of another network. One that somebody made by hand has no such alias. */
export function isOthers(network: NetworkRecord, alias: string | undefined): boolean {
  return alias?.startsWith(ALIAS) === true && alias !== aliasOf(network);
}

/** What `ip link` shows beside the bridge: whose it is. */
function aliasOf({ id }: NetworkRecord): string {
  return `${ALIAS}${id}`;
}

const ALIAS = "wb network ";

/** Puts all rules back where they are not whole. The caller has the lock of networks. */
export function rulesUp(network: NetworkRecord | undefined): void {
  using netfilter = openNetlink("netfilter");
  if (isNatIntact(netfilter)) {
    if (network !== undefined) natAddNetworks([natNetwork(network)], netfilter);
  } else {
    natReload(() => ({ networks: allNetworks().map(natNetwork), ports: allConnections().flatMap(portsOf) }), netfilter);
  }
}

export function natNetwork({ bridge, pools, internal, masquerade }: NetworkRecord): NatNetwork {
  return { bridge, subnets: pools.map(({ subnet }) => subnet), internal, masquerade };
}

function portsOf(connections: ContainerConnections): PublishedPort[] {
  return connections.isPublished === true ? publishedPorts(connections) : [];
}

/** As docker does: without it no packet comes from a bridge to another link. */
function forward(ipv6: boolean): void {
  for (const path of [FORWARD, ...(ipv6 ? [FORWARD6] : [])])
    if (readFileSync(path, "latin1").trim() === "0") writeFileSync(path, "1\n");
}

const FORWARD = "/proc/sys/net/ipv4/ip_forward";
const FORWARD6 = "/proc/sys/net/ipv6/conf/all/forwarding";
