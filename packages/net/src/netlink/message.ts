import { struct, type Struct, u16, u32 } from "@wb/syscall";
import { DecodeError } from "./decode-error.ts";

/** One netlink message: its header, and what follows it. */
export interface Message {
  /** `NLMSG.ERROR`, RTM_NEWLINK…: the family says which. */
  readonly type: number;
  /** {@link NLM_F}. */
  readonly flags: number;
  /** An answer has that of its request; what a multicast group tells has 0. */
  readonly seq: number;
  /** The socket that it is for; 0 is the kernel. */
  readonly portid: number;
  readonly payload: Buffer;
}

/** What is behind the header of one that is to be sent; the socket sets the rest. */
export type Outgoing = Pick<Message, "type" | "flags"> & { readonly payload: Uint8Array };

/** Types that every family has, netlink(7), linux/netlink.h. */
export const NLMSG = { NOOP: 1, ERROR: 2, DONE: 3, OVERRUN: 4, MIN_TYPE: 16 } as const;

/** Flags of messages, netlink(7), linux/netlink.h. Those of requests and of answers share their bits. */
export const NLM_F = {
  REQUEST: 0x1,
  MULTI: 0x2,
  ACK: 0x4,
  ECHO: 0x8,
  /** The list changed while it was read (Linux 3.1). */
  DUMP_INTR: 0x10,
  DUMP_FILTERED: 0x20,

  ROOT: 0x100,
  MATCH: 0x200,
  DUMP: 0x300,

  REPLACE: 0x100,
  EXCL: 0x200,
  CREATE: 0x400,
  APPEND: 0x800,

  /** Of a DELETE: of all that match (nfnetlink: not what is below). */
  NONREC: 0x100,
  BULK: 0x200,

  /** Of an NLMSG_ERROR: it has the header of the request alone; it has attributes (Linux 4.12). */
  CAPPED: 0x100,
  ACK_TLVS: 0x200,
} as const;

/** `struct nlmsghdr`, linux/netlink.h. */
interface Nlmsghdr {
  readonly nlmsg_len: number;
  readonly nlmsg_type: number;
  readonly nlmsg_flags: number;
  readonly nlmsg_seq: number;
  readonly nlmsg_pid: number;
}

export const nlmsghdr: Struct<Nlmsghdr> = struct<Nlmsghdr>("nlmsghdr", {
  nlmsg_len: u32,
  nlmsg_type: u16,
  nlmsg_flags: u16,
  nlmsg_seq: u32,
  nlmsg_pid: u32,
});

/** The bytes of messages, one after the other, each padded to 4 bytes: NLMSG_ALIGN. */
export function encodeMessages(messages: readonly (Outgoing & { readonly seq: number })[]): Buffer {
  const sizes = messages.map(({ payload }) => align(nlmsghdr.size + payload.length));
  const bytes = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 0));
  let start = 0;
  for (const [index, { type, flags, seq, payload }] of messages.entries()) {
    bytes.writeUInt32LE(nlmsghdr.size + payload.length, start);
    bytes.writeUInt16LE(type, start + 4);
    bytes.writeUInt16LE(flags, start + 6);
    bytes.writeUInt32LE(seq, start + 8);
    bytes.set(payload, start + nlmsghdr.size);
    start += sizes[index] ?? 0;
  }
  return bytes;
}

/**
 * The messages in what one recv(2) returned. The payloads are parts of `bytes`, not copies.
 *
 * @throws DecodeError when a message is cut off
 */
export function parseMessages(bytes: Buffer): Message[] {
  const messages: Message[] = [];
  let start = 0;
  while (bytes.length - start >= nlmsghdr.size) {
    const length = bytes.readUInt32LE(start);
    if (length < nlmsghdr.size || length > bytes.length - start)
      throw new DecodeError(
        `message ${messages.length}: a length of ${length}, and ${bytes.length - start} bytes left`,
      );
    messages.push({
      type: bytes.readUInt16LE(start + 4),
      flags: bytes.readUInt16LE(start + 6),
      seq: bytes.readUInt32LE(start + 8),
      portid: bytes.readUInt32LE(start + 12),
      payload: bytes.subarray(start + nlmsghdr.size, start + length),
    });
    start += align(length);
  }
  return messages;
}

function align(length: number): number {
  return (length + 3) & ~3;
}
