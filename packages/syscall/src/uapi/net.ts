/** Address families, socket(2), include/linux/socket.h and bits/socket.h of the C library. */
export const AF = {
  UNSPEC: 0,
  UNIX: 1,
  INET: 2,
  INET6: 10,
  NETLINK: 16,
  PACKET: 17,
  VSOCK: 40,
} as const;

/**
 * Types of sockets, socket(2), include/linux/net.h and bits/socket_type.h of the C library: one of the first four, or-ed
 * with the last two. A type whose bits contain another's stands before it.
 */
export const SOCK = {
  SEQPACKET: 5,
  RAW: 3,
  DGRAM: 2,
  STREAM: 1,
  NONBLOCK: 0x800,
  CLOEXEC: 0x8_0000,
} as const;

/** Protocols of AF_NETLINK, netlink(7), linux/netlink.h. */
export const NETLINK = {
  ROUTE: 0,
  SOCK_DIAG: 4,
  AUDIT: 9,
  NETFILTER: 12,
  KOBJECT_UEVENT: 15,
  GENERIC: 16,
} as const;

/** Flags of send(2) and recv(2), include/linux/socket.h and bits/socket.h of the C library. */
export const MSG = {
  OOB: 0x1,
  PEEK: 0x2,
  DONTROUTE: 0x4,
  CTRUNC: 0x8,
  TRUNC: 0x20,
  DONTWAIT: 0x40,
  EOR: 0x80,
  WAITALL: 0x100,
  ERRQUEUE: 0x2000,
  NOSIGNAL: 0x4000,
  CMSG_CLOEXEC: 0x4000_0000,
} as const;

/** What shutdown(2) shuts down, include/linux/net.h and sys/socket.h of the C library. */
export const SHUT = {
  RD: 0,
  WR: 1,
  RDWR: 2,
} as const;

/** Levels of socket options, setsockopt(2), asm/socket.h and bits/socket.h of the C library. */
export const SOL = {
  SOCKET: 1,
  PACKET: 263,
  NETLINK: 270,
} as const;

/** Types of ancillary messages of SOL_SOCKET, unix(7), include/linux/socket.h and bits/socket.h of the C library. */
export const SCM = {
  RIGHTS: 1,
  CREDENTIALS: 2,
} as const;

/** Options of SOL_SOCKET, socket(7), asm-generic/socket.h. */
export const SO = {
  REUSEADDR: 2,
  TYPE: 3,
  ERROR: 4,
  SNDBUF: 7,
  RCVBUF: 8,
  KEEPALIVE: 9,
  REUSEPORT: 15,
  PASSCRED: 16,
  PEERCRED: 17,
  SNDBUFFORCE: 32,
  RCVBUFFORCE: 33,
} as const;

/** Flags of a network device, netdevice(7), linux/if.h. */
export const IFF = {
  UP: 0x0000_0001,
  BROADCAST: 0x0000_0002,
  DEBUG: 0x0000_0004,
  LOOPBACK: 0x0000_0008,
  POINTOPOINT: 0x0000_0010,
  NOTRAILERS: 0x0000_0020,
  RUNNING: 0x0000_0040,
  NOARP: 0x0000_0080,
  PROMISC: 0x0000_0100,
  ALLMULTI: 0x0000_0200,
  MASTER: 0x0000_0400,
  SLAVE: 0x0000_0800,
  MULTICAST: 0x0000_1000,
  PORTSEL: 0x0000_2000,
  AUTOMEDIA: 0x0000_4000,
  DYNAMIC: 0x0000_8000,
  LOWER_UP: 0x0001_0000,
  DORMANT: 0x0002_0000,
  ECHO: 0x0004_0000,
} as const;

/** ioctls of sockets, netdevice(7), linux/sockios.h. */
export const SIOC = {
  GIFNAME: 0x8910,
  GIFCONF: 0x8912,
  GIFFLAGS: 0x8913,
  SIFFLAGS: 0x8914,
  GIFADDR: 0x8915,
  SIFADDR: 0x8916,
  GIFNETMASK: 0x891b,
  SIFNETMASK: 0x891c,
  GIFMTU: 0x8921,
  SIFMTU: 0x8922,
  SIFNAME: 0x8923,
  SIFHWADDR: 0x8924,
  GIFHWADDR: 0x8927,
  GIFINDEX: 0x8933,
} as const;
