import { AF, call, ignoring, into, NETLINK, type Program, SO, SOCK, SOL, step, value } from "@wb/syscall";
import type { Netns } from "./netns.ts";
import { runInNetns } from "./run-in-netns.ts";

/** A protocol of AF_NETLINK: `route` is NETLINK_ROUTE. */
export type NetlinkFamily = Lowercase<keyof typeof NETLINK>;

export interface OpenSocketOptions {
  readonly family: NetlinkFamily;
  /** The namespace that the socket is of. Default: that of this process. */
  readonly netns?: Netns | undefined;
  /** Multicast groups, by number. */
  readonly groups?: readonly number[];
  /** Bytes of what was received and not read yet. Default 4 MiB; above sysctl net.core.rmem_max it takes CAP_NET_ADMIN. */
  readonly receiveBuffer?: number | undefined;
  /** What is done in the namespace before: another child would take as long as all the rest. */
  readonly before?: Program;
}

/** Opens a socket that does not block, connected to the kernel. The caller closes it. */
export function openSocket(options: OpenSocketOptions): number {
  return runInNetns(options.netns, [...(options.before ?? []), ...socketSteps(options)], { onError: CLOSE }).number(
    SOCKET,
  );
}

/** Options of SOL_NETLINK, netlink(7), linux/netlink.h. */
const NETLINK_OPTION = { ADD_MEMBERSHIP: 1, CAP_ACK: 10, EXT_ACK: 11, GET_STRICT_CHK: 12 } as const;

const [SOCKET, CLOSE, OPENED] = ["netlink socket", "netlink close", "netlink opened"];

/** `struct sockaddr_nl` of the kernel, netlink(7). */
const KERNEL = Buffer.alloc(12);
KERNEL.writeUInt16LE(AF.NETLINK, 0);

const RECEIVE_BUFFER = 4 << 20;

/** What is sent at once has 68 bytes for each port that is published; by default 200 KiB are the most. It takes memory when it is used. */
const SEND_BUFFER = 64 << 20;

function socketSteps({ family, groups = [], receiveBuffer = RECEIVE_BUFFER }: OpenSocketOptions): Program {
  const protocol = NETLINK[family.toUpperCase() as keyof typeof NETLINK];
  const option = (name: number, content: number) =>
    call("setsockopt", value(SOCKET), SOL.NETLINK, name, int(content), 4);
  return [
    step("open a netlink socket", [
      into(SOCKET, call("socket", AF.NETLINK, SOCK.RAW | SOCK.CLOEXEC | SOCK.NONBLOCK, protocol)),
      ignoring(call("setsockopt", value(SOCKET), SOL.SOCKET, SO.RCVBUF, int(receiveBuffer / 2), 4)),
      ignoring(call("setsockopt", value(SOCKET), SOL.SOCKET, SO.RCVBUFFORCE, int(receiveBuffer / 2), 4)),
      ignoring(call("setsockopt", value(SOCKET), SOL.SOCKET, SO.SNDBUFFORCE, int(SEND_BUFFER / 2), 4)),
      option(NETLINK_OPTION.EXT_ACK, 1),
      option(NETLINK_OPTION.CAP_ACK, 1),
      option(NETLINK_OPTION.GET_STRICT_CHK, 1),
      // From then on the kernel keeps away what other processes of the namespace send to it: answers cannot be forged.
      call("connect", value(SOCKET), KERNEL, KERNEL.length),
      ...groups.map((group) => option(NETLINK_OPTION.ADD_MEMBERSHIP, group)),
      { jump: OPENED },
      { label: CLOSE },
      ignoring(call("close", value(SOCKET))),
      { label: OPENED },
    ]),
  ];
}

function int(content: number): Buffer {
  return Buffer.from(Int32Array.of(content).buffer);
}
