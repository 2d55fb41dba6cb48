import { isErrno } from "@wb/syscall";
import { NetError } from "../../net-error.ts";
import type { Message } from "../../netlink/message.ts";
import { type Where, withNetlink } from "../../netlink/open.ts";
import { getLinkRequest } from "./get-request.ts";
import { type Link, parseLink } from "./link.ts";

/**
 * One link, by its name, one of its other names, or its index; undefined when there is none.
 *
 * Equivalent to `ip -d link show NAME`
 */
export function linkFind(dev: string | number, where: Where = {}): Link | undefined {
  const message = messageOf(dev, where);
  return message === undefined ? undefined : parseLink(message);
}

/** Whether there is one: what the kernel says of it is not looked at. */
export function hasLink(dev: string | number, where: Where = {}): boolean {
  return messageOf(dev, where) !== undefined;
}

function messageOf(dev: string | number, where: Where): Message | undefined {
  return withNetlink("route", where, (socket) => {
    try {
      return socket.request(getLinkRequest(dev))[0];
    } catch (error) {
      if (isErrno(error, "ENODEV")) return undefined;
      throw error;
    }
  });
}

/** The same, where one is expected. @throws NetError WB_NET_LINK when there is none */
export function linkGet(dev: string | number, where: Where = {}): Link {
  const found = linkFind(dev, where);
  if (found !== undefined) return found;
  throw new NetError("WB_NET_LINK", `there is no link ${JSON.stringify(dev)}`, { hint: "ip link show" });
}
