import type { Format } from "../signature.ts";
import { AF, MSG, NETLINK, SHUT, SO, SOCK, SOL } from "../uapi/net.ts";
import { flags, oneOf, type Signatures, type Variants } from "./formats.ts";

const msg: Format = flags({ MSG_: MSG });
const socketType: Format = flags({ SOCK_: SOCK });

/** The parameters of the calls for sockets. */
export const sockets = (): Signatures => ({
  socket: { domain: oneOf({ AF_: AF }), type: socketType, protocol: "int" },
  socketpair: { domain: oneOf({ AF_: AF }), type: socketType, protocol: "int", sv: "pointer" },
  bind: { sockfd: "fd", addr: "bytes", addrlen: "uint" },
  listen: { sockfd: "fd", backlog: "int" },
  accept: { sockfd: "fd", addr: "pointer", addrlen: "pointer" },
  accept4: { sockfd: "fd", addr: "pointer", addrlen: "pointer", flags: socketType },
  connect: { sockfd: "fd", addr: "bytes", addrlen: "uint" },
  getsockname: { sockfd: "fd", addr: "pointer", addrlen: "pointer" },
  setsockopt: { sockfd: "fd", level: oneOf({ SOL_: SOL }), optname: "int", optval: "bytes", optlen: "uint" },
  getsockopt: { sockfd: "fd", level: oneOf({ SOL_: SOL }), optname: "int", optval: "pointer", optlen: "pointer" },
  sendto: { sockfd: "fd", buf: "bytes", len: "uint", flags: msg, dest_addr: "bytes", addrlen: "uint" },
  recvfrom: { sockfd: "fd", buf: "bytes", len: "uint", flags: msg, src_addr: "pointer", addrlen: "pointer" },
  sendmsg: { sockfd: "fd", msg: "pointer", flags: msg },
  recvmsg: { sockfd: "fd", msg: "pointer", flags: msg },
  shutdown: { sockfd: "fd", how: oneOf({ SHUT_: SHUT }) },
});

/** The ones of these whose formats depend on a parameter. */
export const socketVariants = (): Variants => ({
  setsockopt: { by: 1, names: SOL, formats: { SOCKET: { optname: oneOf({ SO_: SO }) } } },
  getsockopt: { by: 1, names: SOL, formats: { SOCKET: { optname: oneOf({ SO_: SO }) } } },
  socket: { by: 0, names: AF, formats: { NETLINK: { protocol: oneOf({ NETLINK_: NETLINK }) } } },
});
