import { isErrno } from "@wb/syscall";
import { NetError } from "../net-error.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { getLinkRequest } from "./link/get-request.ts";
import { ifinfomsg } from "./link/message.ts";

/** The index of a link by its name. @throws NetError WB_NET_LINK when there is none */
export function linkIndex(dev: string, socket: NetlinkSocket): number {
  const request = getLinkRequest(dev);
  try {
    const [message] = socket.request(request);
    if (message !== undefined) return ifinfomsg.decode(message.payload).ifi_index;
  } catch (error) {
    if (!isErrno(error, "ENODEV")) throw error;
  }
  throw new NetError("WB_NET_LINK", `there is no link ${JSON.stringify(dev)}`, { hint: "ip link show" });
}
