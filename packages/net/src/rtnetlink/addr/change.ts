import { AF, isErrno } from "@wb/syscall";
import { familyOf, formatIp, parseIp, parsePrefix } from "../../ip.ts";
import { NLM_F } from "../../netlink/message.ts";
import type { Where } from "../../netlink/open.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { restoring } from "../restore.ts";
import { numberOf, SCOPE, type Scope } from "../scope.ts";
import { FOREVER, parseAddr } from "./addr.ts";
import { addrMessages } from "./list.ts";
import { IFA, IFA_F, ifaddrmsg } from "./message.ts";

/** In the words of ip-address(8). */
export interface AddrOptions {
  readonly dev: string | number;
  /** The other end's address, on a point-to-point link. */
  readonly peer?: string;
  /** `+` is the last one of the network. Default: none. */
  readonly broadcast?: string;
  /** Of IPv4: the link's name, or that with a colon and more. */
  readonly label?: string;
  /** Default: host for 127.0.0.0/8; IPv6 has its own. */
  readonly scope?: Scope;
  /** No route to the network comes with it. */
  readonly noprefixroute?: boolean;
  /** IPv6 does not ask first whether another host has it, so that it can be used at once. */
  readonly nodad?: boolean;
  /** The metric of the route that comes with it. */
  readonly metric?: number;
  /** Seconds. Default: for ever. */
  readonly validLft?: number;
  readonly preferredLft?: number;
}

/**
 * Adds an address to a link.
 *
 * Equivalent to `ip addr add ADDRESS dev NAME`
 *
 * @throws NetlinkError EEXIST when the link has it; NetError WB_NET_VALUE, WB_NET_LINK
 * @example
 * addrAdd("10.244.244.2/24", { dev: "eth0" }, { netns: 4242 });
 */
export function addrAdd(address: string, options: AddrOptions, where: Where = {}): void {
  batch([planAddrAdd(address, options)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planAddrAdd(address: string, options: AddrOptions): Change {
  return {
    ...addr("add", address, options),
    message: "NEWADDR",
    flags: NLM_F.CREATE | NLM_F.EXCL,
    undo: { ...addr("del", address, options), message: "DELADDR", flags: 0 },
  };
}

/**
 * Adds an address to a link, or changes what is with it: its lifetimes, its metric.
 *
 * Equivalent to `ip addr replace ADDRESS dev NAME`
 */
export function addrReplace(address: string, options: AddrOptions, where: Where = {}): void {
  batch([planAddrReplace(address, options)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planAddrReplace(address: string, options: AddrOptions): Change {
  const change = addr("replace", address, options);
  return {
    ...change,
    message: "NEWADDR",
    flags: NLM_F.CREATE | NLM_F.REPLACE,
    undo: restoring({
      message: "NEWADDR",
      command: change.command,
      find: (socket) => findAddr(socket, address, options),
      otherwise: { ...addr("del", address, options), message: "DELADDR", flags: 0 },
    }),
  };
}

/**
 * Takes an address from a link; on IPv4 also those of its network that were added later, unless sysctl
 * `promote_secondaries` is set.
 *
 * Equivalent to `ip addr del ADDRESS dev NAME`
 *
 * @throws NetlinkError EADDRNOTAVAIL when the link has none like it
 */
export function addrDelete(address: string, options: AddrOptions, where: Where = {}): void {
  batch([planAddrDelete(address, options)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planAddrDelete(address: string, options: AddrOptions): Change {
  const change = addr("del", address, options);
  return {
    ...change,
    message: "DELADDR",
    flags: 0,
    undo: restoring({
      message: "NEWADDR",
      command: change.command,
      find: (socket) => findAddr(socket, address, options),
    }),
  };
}

function addr(verb: string, text: string, options: AddrOptions): Pick<Change, "command" | "payload" | "dev"> {
  const { dev, peer, broadcast, label, scope, metric, validLft, preferredLft } = options;
  const { address, length } = parsePrefix(text);
  const family = familyOf(address);
  const other = peer === undefined ? { address, length } : parsePrefix(peer);
  const flags = (options.noprefixroute === true ? IFA_F.NOPREFIXROUTE : 0) | (options.nodad === true ? IFA_F.NODAD : 0);
  const attributes = IFA.encode({
    local: address,
    address: other.address,
    ...(broadcast === undefined ? {} : { broadcast: broadcast === "+" ? lastOf(address, length) : broadcast }),
    ...(label === undefined ? {} : { label }),
    ...(flags === 0 ? {} : { flags }),
    ...(metric === undefined ? {} : { metric }),
    ...(validLft === undefined && preferredLft === undefined
      ? {}
      : {
          cacheinfo: {
            ifa_valid: seconds(validLft),
            ifa_prefered: seconds(preferredLft ?? validLft),
            cstamp: 0,
            tstamp: 0,
          },
        }),
  });
  const ifa_scope = scope === undefined ? defaultScope(address) : numberOf(SCOPE, scope);
  return {
    command: `ip addr ${verb} ${text} dev ${dev}${Object.entries(options)
      .map(([name, value]) => (name === "dev" ? "" : ` ${name} ${String(value)}`))
      .join("")}`,
    payload: ({ index }) =>
      Buffer.concat([
        ifaddrmsg.encode({ ifa_family: family, ifa_prefixlen: other.length, ifa_scope, ifa_index: index(dev) }),
        attributes,
      ]),
    dev,
  };
}

function findAddr(socket: NetlinkSocket, text: string, { dev, peer }: AddrOptions): Uint8Array | undefined {
  const { address, length } = parsePrefix(text);
  const wanted = peer === undefined ? length : parsePrefix(peer).length;
  try {
    return addrMessages(socket, { dev }).find((message) => {
      const found = parseAddr(message);
      return found.local === normal(address) && found.prefixlen === wanted;
    })?.payload;
  } catch (error) {
    // Then the change itself is refused.
    if (isErrno(error, "ENODEV") || (error instanceof Error && "code" in error && error.code === "WB_NET_LINK"))
      return undefined;
    throw error;
  }
}

function normal(address: string): string {
  return formatIp(parseIp(address));
}

/** As ip-address(8) has it: default_scope(). */
function defaultScope(address: string): number {
  return familyOf(address) === AF.INET && address.startsWith("127.") ? SCOPE.host : SCOPE.global;
}

/** The broadcast address of an IPv4 network. */
function lastOf(address: string, length: number): string {
  const bytes = parseIp(address);
  for (let bit = length; bit < bytes.length * 8; bit++) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return formatIp(bytes);
}

function seconds(lifetime = Number.POSITIVE_INFINITY): number {
  return Math.min(lifetime, FOREVER);
}
