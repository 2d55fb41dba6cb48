import { isErrno } from "@wb/syscall";
import { parseIp, parsePrefix } from "../ip.ts";
import { NetError } from "../net-error.ts";
import { type Where, withNetlink } from "../netlink/open.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { planAddrAdd, planAddrReplace } from "../rtnetlink/addr/change.ts";
import { addrList } from "../rtnetlink/addr/list.ts";
import { batch } from "../rtnetlink/batch.ts";
import type { Change } from "../rtnetlink/change.ts";
import { planLinkAdd } from "../rtnetlink/link/add.ts";
import { linkFind } from "../rtnetlink/link/get.ts";
import type { Link } from "../rtnetlink/link/link.ts";
import { planLinkSet } from "../rtnetlink/link/set.ts";
import { refuseAdvertisements } from "./refuse-advertisements.ts";

/** A bridge of this machine, by which containers reach each other and the machine. */
export interface BridgeNetwork {
  /** At most 15 bytes. */
  readonly bridge: string;
  /** The bridge's own addresses, which are the containers' gateways: `10.88.0.1/16`, `fd00:88::1/64`. */
  readonly gateways: readonly string[];
  readonly mtu?: number;
  /** What `ip link` shows beside it, of a bridge that is made here: one that is there keeps its own, so that it tells who made it. */
  readonly alias?: string;
}

/**
 * Makes a network's bridge, or puts it right where somebody took it down or its addresses away. What it is connected to stays.
 *
 * Equivalent to `ip link add BRIDGE up type bridge`, `ip addr replace GATEWAY dev BRIDGE`, `sysctl net.ipv4.conf.BRIDGE.forwarding=1
 * net.ipv4.conf.BRIDGE.route_localnet=1 net.ipv6.conf.BRIDGE.accept_ra=0`
 *
 * @throws NetError WB_NET_LINK when there is a link of the name that is no bridge; NetlinkError, with nothing left of it
 * @example
 * bridgeNetworkUp({ bridge: "wb0", gateways: ["10.88.0.1/16"] });
 */
export function bridgeNetworkUp(network: BridgeNetwork, where: Where = {}): void {
  withNetlink("route", where, (socket) => {
    try {
      // Most often it is there.
      if (isRepaired(network, socket)) return;
      const { bridge, gateways, alias } = network;
      const address = macOf(gateways);
      // The sysctls and the alias are set when the link is there, by the same call: a bridge that is killed halfway would be nobody's.
      batch(
        [
          planLinkAdd({ name: bridge, kind: "bridge", ...address }),
          ...(alias === undefined ? [] : [planLinkSet(bridge, { alias })]),
          ...planSettings(network, planAddrAdd),
        ],
        socket,
      );
      refuseAdvertisements(bridge, socket.netns);
    } catch (error) {
      // Another process made it meanwhile.
      if (!isErrno(error, "EEXIST") || !isRepaired(network, socket)) throw error;
    }
  });
}

/**
 * Whether a network's bridge is as {@link bridgeNetworkUp} makes it, which takes less time to ask than to have it made so again.
 *
 * @param link the bridge, where the caller knows it already
 */
export function isBridgeNetworkUp(
  { bridge, gateways, mtu }: BridgeNetwork,
  where: Where = {},
  link: Link | undefined = linkFind(bridge, where),
): boolean {
  if (link?.kind !== "bridge" || !link.up || (mtu !== undefined && link.mtu !== mtu)) return false;
  if (link.sysctls?.forwarding !== 1 || link.sysctls.route_localnet !== 1) return false;
  const found = addrList(where, { dev: link.index }).map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  return gateways.every((gateway) => found.includes(gateway));
}

/** @returns false when there is no such link */
function isRepaired(network: BridgeNetwork, socket: NetlinkSocket): boolean {
  const { bridge } = network;
  const found = linkFind(bridge, socket);
  if (found === undefined) return false;
  if (found.kind !== "bridge")
    throw new NetError(
      "WB_NET_LINK",
      `${bridge} is ${found.kind === undefined ? "another link" : `a ${found.kind}`} and no bridge`,
      {
        hint: "give the network another bridge, or rename the link",
      },
    );
  batch(planSettings(network, planAddrReplace), socket);
  refuseAdvertisements(bridge, socket.netns);
  return true;
}

/** 127.0.0.1 is published by way of route_localnet; the guard of the rules keeps others from using it. */
function planSettings({ bridge, gateways, mtu }: BridgeNetwork, planAddr: typeof planAddrAdd): Change[] {
  const sysctls = { forwarding: 1, route_localnet: 1 };
  return [
    planLinkSet(bridge, { up: true, sysctls, ...(mtu === undefined ? {} : { mtu }) }),
    ...gateways.map((address) => planAddr(address, { dev: bridge, nodad: true })),
  ];
}

/** One of its own, by its address as docker has it: else it is that of one of its ports, another one when that goes. */
function macOf([gateway]: readonly string[]): { readonly address?: string } {
  if (gateway === undefined) return {};
  const last = parseIp(parsePrefix(gateway).address).subarray(-4);
  return { address: ["02", "42", ...[...last].map((byte) => byte.toString(16).padStart(2, "0"))].join(":") };
}
