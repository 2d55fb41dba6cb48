import {
  address,
  AF,
  call,
  errnoName,
  ignoring,
  into,
  memory,
  MSG,
  NETLINK,
  run,
  SOCK,
  step,
  value,
} from "@wb/syscall";

/**
 * The id of another network namespace in this one, rtnetlink(7) RTM_GETNSID, Linux 4.0; `unassigned` where nothing has made
 * the kernel give it one.
 *
 * @param fd an open file of the network namespace
 */
export function netnsId(fd: number): number | "unassigned" {
  const made = run(
    [
      step("ask for the id of a network namespace", [
        memory("reply", REPLY_SIZE),
        into("socket", call("socket", AF.NETLINK, SOCK.RAW | SOCK.CLOEXEC, NETLINK.ROUTE)),
        call("sendto", value("socket"), request(fd), REQUEST_SIZE, 0, KERNEL, KERNEL.length),
        // The kernel has answered before sendto(2) returns.
        into("length", call("recvfrom", value("socket"), address("reply"), REPLY_SIZE, MSG.DONTWAIT, null, null)),
        { label: "close" },
        ignoring(call("close", value("socket"))),
      ]),
    ],
    { onError: "close" },
  );
  return parseReply(made.bytes("reply", made.number("length")));
}

const RTM_NEWNSID = 88;
const RTM_GETNSID = 90;
const NLM_F_REQUEST = 1;
const NLMSG_ERROR = 2;
/** Attributes, linux/net_namespace.h. */
const NETNSA = { NSID: 1, FD: 3 } as const;

/** `struct nlmsghdr`, `struct rtgenmsg` with its padding, and one attribute of 4 bytes. */
const REQUEST_SIZE = 16 + 4 + 8;
const REPLY_SIZE = 256;

/** `struct sockaddr_nl` of the kernel, netlink(7). */
const KERNEL = Buffer.alloc(12);
KERNEL.writeUInt16LE(AF.NETLINK, 0);

function request(fd: number): Buffer {
  const message = Buffer.alloc(REQUEST_SIZE);
  message.writeUInt32LE(REQUEST_SIZE, 0);
  message.writeUInt16LE(RTM_GETNSID, 4);
  message.writeUInt16LE(NLM_F_REQUEST, 6);
  message.writeUInt16LE(8, 20);
  message.writeUInt16LE(NETNSA.FD, 22);
  message.writeInt32LE(fd, 24);
  return message;
}

/** @throws Error for an answer that is none */
export function parseReply(reply: Buffer): number | "unassigned" {
  const type = reply.length < 20 ? undefined : reply.readUInt16LE(4);
  if (type === NLMSG_ERROR) {
    throw new Error(`the kernel refused to tell the id of a network namespace: ${errnoName(-reply.readInt32LE(16))}`);
  }
  if (type !== RTM_NEWNSID) throw new Error(`an answer to RTM_GETNSID of the type ${type}`);
  for (let offset = 20; offset + 8 <= reply.length; offset += Math.max(8, (reply.readUInt16LE(offset) + 3) & ~3)) {
    if (reply.readUInt16LE(offset + 2) !== NETNSA.NSID) continue;
    const id = reply.readInt32LE(offset + 4);
    return id < 0 ? "unassigned" : id;
  }
  return "unassigned";
}
