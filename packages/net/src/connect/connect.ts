import { isErrno } from "@wb/syscall";
import { parsePrefix } from "../ip.ts";
import { type Netns, withNetnsFd } from "../netlink/netns.ts";
import type { OpenNetlinkOptions } from "../netlink/open.ts";
import { NetlinkSocket } from "../netlink/socket.ts";
import { planAddrAdd } from "../rtnetlink/addr/change.ts";
import { batch } from "../rtnetlink/batch.ts";
import type { Change } from "../rtnetlink/change.ts";
import { planLinkAdd } from "../rtnetlink/link/add.ts";
import { planBridgePortSet } from "../rtnetlink/link/bridge-port-set.ts";
import { linkDelete } from "../rtnetlink/link/delete.ts";
import { checkLinkName } from "../rtnetlink/link/name.ts";
import { planLinkSet } from "../rtnetlink/link/set.ts";
import { planRouteAdd } from "../rtnetlink/route/change.ts";
import { advertisementsOff } from "./refuse-advertisements.ts";

/** How a network namespace is to be connected to a bridge: by a veth pair. */
export interface Connection {
  /** The namespace of the container. */
  readonly netns: Netns;
  /** Its end there. Default `eth0`. */
  readonly name?: string;
  /** The end beside the bridge: a name that no other link of that namespace has, of at most 15 bytes. */
  readonly host: string;
  readonly bridge: string;
  /** Its addresses with the lengths of their prefixes: `10.88.0.2/16`. */
  readonly addresses: readonly string[];
  /** Where all else is sent to: an address of the bridge for each family. Default none: an internal network. */
  readonly gateways?: readonly string[];
  /** The hardware address of its end. Default: the kernel chooses. */
  readonly mac?: string;
  readonly mtu?: number;
  /** It reaches the bridge's machine, and no other container of it. Default false. */
  readonly isolated?: boolean;
}

/**
 * Connects a network namespace to a bridge: a veth pair, the addresses and routes at its end, all in two messages to the kernel. The pair is
 * made from inside, so that its end is up and has its addresses at once, and nothing of it is seen outside when that fails.
 *
 * Equivalent to `ip -n NETNS link add eth0 up type veth peer HOST netns …`, `ip -n NETNS addr add …`, `ip -n NETNS route add default via …`,
 * `ip link set HOST master BRIDGE up`
 *
 * @param where the namespace of the bridge. Default: that of this process
 * @throws NetlinkError EEXIST when a name is taken, ENODEV without the bridge; NetError WB_NET_NAME, WB_NET_NETNS. Nothing is left of it then
 * @example
 * connect({ netns: 4242, host: "web0", bridge: "wb0", addresses: ["10.88.0.2/16"], gateways: ["10.88.0.1"] });
 */
export function connect(connection: Connection, { netns: outer }: OpenNetlinkOptions = {}): void {
  withNetnsFd(outer ?? "/proc/thread-self/ns/net", (fd) => {
    checkLinkName(connection.bridge);
    const own = outer === undefined ? {} : { netns: { fd } };
    using outside = new NetlinkSocket({ family: "route", ...own, before: advertisementsOff(connection.bridge) });
    const before = advertisementsOff("default");
    using inside = new NetlinkSocket({ family: "route", netns: connection.netns, before });
    makeInside(connection, { fd }, inside);
    try {
      batch(planOutside(connection), outside);
    } catch (error) {
      // Both ends go; or whoever was quicker has done it.
      passingOver(() => linkDelete(connection.name ?? NAME, inside));
      throw error;
    }
  });
}

/**
 * Takes a connection back, from the side of the bridge, whether or not its namespace is there any more. One that is gone is passed over.
 *
 * Equivalent to `ip link delete HOST`
 */
export function disconnect({ host }: Pick<Connection, "host">, where: OpenNetlinkOptions = {}): void {
  passingOver(() => linkDelete(host, where));
}

/** In one message: the link's index is chosen here, so that its addresses and routes need not wait for the kernel's choice. */
function makeInside(connection: Connection, outer: Netns, socket: NetlinkSocket): void {
  const number = /^eth(\d{1,3})$/.exec(connection.name ?? NAME)?.[1];
  try {
    batch(planInside(connection, outer, number === undefined ? undefined : FIRST + Number(number)), socket);
  } catch (error) {
    if (number === undefined || !isErrno(error, "EBUSY")) throw error;
    // Another link has it.
    batch(planInside(connection, outer, undefined), socket);
  }
}

/** In a new namespace lo is 1. */
const FIRST = 2;

/** What is done in the container's namespace, as data. @param outer the bridge's */
function planInside(
  { name = NAME, host, addresses, gateways = [], mac, mtu }: Connection,
  outer: Netns,
  index: number | undefined,
): Change[] {
  const size = mtu === undefined ? {} : { mtu };
  return [
    // It stays so.
    withoutUndo(planLinkSet("lo", { up: true })),
    planLinkAdd({
      name,
      ...(index === undefined ? {} : { index }),
      kind: "veth",
      up: true,
      ...size,
      ...(mac === undefined ? {} : { address: mac }),
      peer: { name: host, netns: outer, ...size },
    }),
    // Others of the network have no such address: the pool gives each once.
    ...addresses.map((address) => planAddrAdd(address, { dev: name, nodad: true, ...broadcastOf(address) })),
    ...gateways.map((via) => planRouteAdd({ to: "default", via, dev: name })),
  ];
}

/** What is done in the bridge's namespace, as data. */
function planOutside({ host, bridge, isolated = false }: Connection): Change[] {
  return [
    // A router must not take another one's advertisements (CVE-2020-13401): without addresses of its own the end has no IPv6 to take them by.
    withoutUndo(planLinkSet(host, { master: bridge, up: true, addrGenMode: "none" })),
    // By hairpin a container reaches itself where it is published.
    withoutUndo(planBridgePortSet(host, { hairpin: true, ...(isolated ? { isolated } : {}) })),
  ];
}

/** What the link was before need not be read: it is deleted when anything fails. */
function withoutUndo({ undo: _undo, undoOfCreated: _other, ...change }: Change): Change {
  return change;
}

const NAME = "eth0";

function broadcastOf(address: string): { readonly broadcast?: string } {
  const { address: bare, length } = parsePrefix(address);
  return bare.includes(":") || length > 30 ? {} : { broadcast: "+" };
}

function passingOver(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!isErrno(error, "ENODEV")) throw error;
  }
}
