import { AF } from "@wb/syscall";
import type { Message } from "../../netlink/message.ts";
import { type Where, withNetlink } from "../../netlink/open.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { linkIndex } from "../link-index.ts";
import { RTM } from "../rtm.ts";
import { type Addr, parseAddr } from "./addr.ts";
import { ifaddrmsg } from "./message.ts";

export interface AddrListOptions {
  readonly dev?: string | number;
  readonly family?: "inet" | "inet6";
}

/**
 * The addresses of a network namespace, or of one link.
 *
 * Equivalent to `ip addr show`
 *
 * @throws NetError WB_NET_LINK
 */
export function addrList(where: Where = {}, options: AddrListOptions = {}): Addr[] {
  return withNetlink("route", where, (socket) => addrMessages(socket, options).map(parseAddr));
}

/** The same as the kernel has them. */
export function addrMessages(socket: NetlinkSocket, { dev, family }: AddrListOptions): readonly Message[] {
  const index = typeof dev === "string" ? linkIndex(dev, socket) : (dev ?? 0);
  const families = { inet: AF.INET, inet6: AF.INET6 };
  const payload = ifaddrmsg.encode({
    ifa_family: family === undefined ? AF.UNSPEC : families[family],
    ifa_index: index,
  });
  return socket.dump({ type: RTM.GETADDR, name: "RTM_GETADDR", flags: 0, command: "ip addr show", payload });
}
