import { AF } from "@wb/syscall";
import { familyOf, parseIp } from "../../ip.ts";
import type { Message } from "../../netlink/message.ts";
import { type Where, withNetlink } from "../../netlink/open.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { RTM } from "../rtm.ts";
import { nameIn, TABLE, type Table } from "../scope.ts";
import { RTA, RTM_F, rtmsg } from "./message.ts";
import { parseRoute, type Route } from "./route.ts";

export interface RouteListOptions {
  /** Default: both. */
  readonly family?: "inet" | "inet6";
  /** Default `main`. */
  readonly table?: Table | "all";
}

/**
 * The routes of a network namespace.
 *
 * Equivalent to `ip route show`, `ip -6 route show table TABLE`
 */
export function routeList(where: Where = {}, { family, table = "main" }: RouteListOptions = {}): Route[] {
  const wanted = typeof table === "number" ? nameIn(TABLE, table) : table;
  return withNetlink("route", where, (socket) => {
    const routes = routeMessages(socket, family).map(parseRoute);
    return wanted === "all" ? routes : routes.filter((route) => route.table === wanted);
  });
}

/** The same as the kernel has them, of all tables. */
export function routeMessages(socket: NetlinkSocket, family?: "inet" | "inet6"): readonly Message[] {
  const families = { inet: [AF.INET], inet6: [AF.INET6], both: [AF.INET, AF.INET6] };
  return families[family ?? "both"].flatMap((rtm_family) =>
    socket.dump({
      type: RTM.GETROUTE,
      name: "RTM_GETROUTE",
      flags: 0,
      command: "ip route show table all",
      payload: rtmsg.encode({ rtm_family }),
    }),
  );
}

/**
 * The route that a packet to an address takes.
 *
 * Equivalent to `ip route get ADDRESS`
 *
 * @throws NetlinkError ENETUNREACH when there is none
 */
export function routeGet(address: string, where: Where = {}): Route | undefined {
  const header = {
    rtm_family: familyOf(address),
    rtm_dst_len: parseIp(address).length * 8,
    rtm_flags: RTM_F.LOOKUP_TABLE,
  };
  return withNetlink("route", where, (socket) => {
    const [message] = socket.request({
      type: RTM.GETROUTE,
      name: "RTM_GETROUTE",
      flags: 0,
      command: `ip route get ${address}`,
      payload: Buffer.concat([rtmsg.encode(header), RTA.encode({ dst: address })]),
    });
    return message === undefined ? undefined : parseRoute(message);
  });
}
