import { AF } from "@wb/syscall";
import { formatIp, parseIp } from "../../ip.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { routeMessages } from "./list.ts";
import { RTA, RTNH_F, rtmsg } from "./message.ts";
import { destination, routeFamily, type RouteSpec, tableOf } from "./spec.ts";

/** The message of the route that a replacement or a deletion is about, as it can be sent back to the kernel. */
export function findRoute(socket: NetlinkSocket, spec: RouteSpec): Uint8Array | undefined {
  const family = routeFamily(spec);
  const wanted = destination(spec.to);
  const dst = wanted === undefined ? undefined : formatIp(parseIp(wanted.address));
  for (const { payload } of routeMessages(socket, family === AF.INET6 ? "inet6" : "inet")) {
    const header = rtmsg.decode(payload);
    const found = RTA.decode(payload.subarray(rtmsg.size));
    if (header.rtm_dst_len !== (wanted?.length ?? 0) || found.dst !== dst) continue;
    if ((found.table ?? header.rtm_table) !== tableOf(spec)) continue;
    // A deletion without a metric takes any.
    if (spec.metric !== undefined && (found.priority ?? 0) !== spec.metric) continue;
    return Buffer.concat([
      // What the kernel says of the moment it does not take back.
      rtmsg.encode({ ...header, rtm_flags: header.rtm_flags & (RTNH_F.ONLINK | RTNH_F.PERVASIVE) }),
      payload.subarray(rtmsg.size),
    ]);
  }
  return undefined;
}
