import { NLMSG, type Message } from "../netlink/message.ts";
import type { Netns } from "../netlink/netns.ts";
import { subscribe } from "../netlink/subscribe.ts";
import { type Addr, parseAddr } from "./addr/addr.ts";
import { type Link, parseLink } from "./link/link.ts";
import { type Neigh, parseNeigh } from "./neigh/neigh.ts";
import { parseRoute, type Route } from "./route/route.ts";
import { RTM, RTNLGRP } from "./rtm.ts";
import { parseRule, type Rule } from "./rule/rule.ts";

/** Something that changed. `new` is also of what was there already and is now different. */
export type NetEvent =
  | { readonly type: "new" | "delete"; readonly link: Link }
  | { readonly type: "new" | "delete"; readonly addr: Addr }
  | { readonly type: "new" | "delete"; readonly route: Route }
  | { readonly type: "new" | "delete"; readonly rule: Rule }
  | { readonly type: "new" | "delete"; readonly neigh: Neigh }
  /** Events were lost: list what you know anew. */
  | { readonly type: "overrun" };

/** Words of ip-monitor(8). */
export type MonitorObject = "link" | "addr" | "route" | "rule" | "neigh";

export interface MonitorOptions {
  /** Default: that of this process. */
  readonly netns?: Netns;
  /** Default: links, addresses and routes. */
  readonly objects?: readonly MonitorObject[];
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** Bytes that wait to be read, before events are lost. Default 4 MiB. */
  readonly receiveBuffer?: number;
}

/**
 * What changes in a network namespace, from the call on, until the loop is left or the signal aborts.
 *
 * Equivalent to `ip monitor`
 *
 * @throws NetError WB_NET_NETNS; SyscallError, as `openNetlink` does
 * @example
 * for await (const event of monitor({ netns: "blue", objects: ["link"] })) {
 *   if ("link" in event && event.link.operstate === "UP") break;
 * }
 */
export function monitor({
  netns,
  objects = ["link", "addr", "route"],
  signal,
  receiveBuffer,
}: MonitorOptions = {}): AsyncIterableIterator<NetEvent> {
  const groups = objects.flatMap((object) => GROUPS[object]);
  const messages = subscribe({ family: "route", netns, groups, signal, receiveBuffer });
  const iterator: AsyncIterableIterator<NetEvent> = {
    next: async () => {
      for (let next = await messages.next(); next.done !== true; next = await messages.next()) {
        const event = EVENTS.get(next.value.type)?.(next.value);
        if (event !== undefined) return { value: event, done: false };
      }
      return { value: undefined, done: true };
    },
    return: async () => {
      await messages.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

const GROUPS: Readonly<Record<MonitorObject, readonly number[]>> = {
  link: [RTNLGRP.LINK],
  addr: [RTNLGRP.IPV4_IFADDR, RTNLGRP.IPV6_IFADDR],
  route: [RTNLGRP.IPV4_ROUTE, RTNLGRP.IPV6_ROUTE],
  rule: [RTNLGRP.IPV4_RULE, RTNLGRP.IPV6_RULE],
  neigh: [RTNLGRP.NEIGH],
};

const EVENTS = new Map<number, (message: Message) => NetEvent>([
  [RTM.NEWLINK, (message) => ({ type: "new", link: parseLink(message) })],
  [RTM.DELLINK, (message) => ({ type: "delete", link: parseLink(message) })],
  [RTM.NEWADDR, (message) => ({ type: "new", addr: parseAddr(message) })],
  [RTM.DELADDR, (message) => ({ type: "delete", addr: parseAddr(message) })],
  [RTM.NEWROUTE, (message) => ({ type: "new", route: parseRoute(message) })],
  [RTM.DELROUTE, (message) => ({ type: "delete", route: parseRoute(message) })],
  [RTM.NEWRULE, (message) => ({ type: "new", rule: parseRule(message) })],
  [RTM.DELRULE, (message) => ({ type: "delete", rule: parseRule(message) })],
  [RTM.NEWNEIGH, (message) => ({ type: "new", neigh: parseNeigh(message) })],
  [RTM.DELNEIGH, (message) => ({ type: "delete", neigh: parseNeigh(message) })],
  [NLMSG.OVERRUN, () => ({ type: "overrun" })],
]);
