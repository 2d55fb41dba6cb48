import type { Netns } from "./netns.ts";
import type { NetlinkFamily } from "./open-socket.ts";
import { NetlinkSocket } from "./socket.ts";

export interface OpenNetlinkOptions {
  /** The namespace that the socket is of, wherever it is used. Default: that of this process. */
  readonly netns?: Netns | undefined;
}

/** A socket that many calls share, or where to open one for this call alone. */
export type Where = NetlinkSocket | OpenNetlinkOptions;

/**
 * Opens a socket to a part of the kernel: `route` is rtnetlink(7), `netfilter` nfnetlink. With `netns` it is a socket of that
 * namespace, made by a child that shares the file descriptors of this process: no thread of Node's moves, and an ordinary
 * user may, in a user namespace of their own.
 *
 * Equivalent to `ip -n NETNS …`
 *
 * @throws NetError WB_NET_NETNS when there is no such namespace; SyscallError EPERM without CAP_SYS_ADMIN there, EINVAL for
 *   another file
 * @example
 * using socket = openNetlink("route", { netns: 4242 });
 */
export function openNetlink(family: NetlinkFamily, { netns }: OpenNetlinkOptions = {}): NetlinkSocket {
  return new NetlinkSocket({ family, netns });
}

/** Uses the socket that is given, or one that is opened for it and closed afterwards. */
export function withNetlink<T>(family: NetlinkFamily, where: Where, use: (socket: NetlinkSocket) => T): T {
  if (where instanceof NetlinkSocket) {
    if (where.family !== family) throw new TypeError(`a socket of NETLINK_${family.toUpperCase()} is needed`);
    return use(where);
  }
  const socket = openNetlink(family, where);
  try {
    return use(socket);
  } finally {
    socket.close();
  }
}
