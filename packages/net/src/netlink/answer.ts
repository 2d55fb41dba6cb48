import { ERRNO, s32, u32 } from "@wb/syscall";
import { attributes } from "./attributes.ts";
import { bytes, cstring, integer } from "./codec.ts";
import { DecodeError } from "./decode-error.ts";
import { type Message, NLM_F, nlmsghdr } from "./message.ts";

/** The kernel's answer to a request, NLMSG_ERROR or NLMSG_DONE of netlink(7), with its extended ACK. */
export interface Answer {
  /** 0 when it was done, else negative. */
  readonly errno: number;
  /** What the kernel says about it: "Attribute failed policy validation". */
  readonly text?: string;
  /** Bytes from the start of the request to the attribute that is wrong. */
  readonly offset?: number;
  /** The type of an attribute that is missing (Linux 6.1), */
  readonly missingType?: number;
  /** and the place in the request where it is missing. */
  readonly missingNest?: number;
  readonly cookie?: Uint8Array;
}

/** What stands in for an answer that did not come. */
export const NO_ANSWER: Answer = { errno: -ERRNO.EPROTO, text: "the kernel did not answer" };

/** NLMSGERR_ATTR_*, linux/netlink.h. */
const NLMSGERR = attributes<{
  text: string;
  offset: number;
  cookie: Uint8Array;
  policy: Uint8Array;
  missingType: number;
  missingNest: number;
}>("NLMSGERR_ATTR", {
  text: [1, cstring],
  offset: [2, integer(u32)],
  cookie: [3, bytes],
  policy: [4, bytes],
  missingType: [5, integer(u32)],
  missingNest: [6, integer(u32)],
});

/** Decodes an NLMSG_ERROR. @throws DecodeError */
export function parseError({ flags, payload }: Message): Answer {
  const errno = readErrno(payload);
  if ((flags & NLM_F.ACK_TLVS) === 0 || payload.length < 4 + nlmsghdr.size) return { errno };
  // The request follows, whole or, by NLM_F_CAPPED, its header alone.
  const length = (flags & NLM_F.CAPPED) === 0 ? payload.readUInt32LE(4) : nlmsghdr.size;
  return { errno, ...extended(payload.subarray(Math.min(payload.length, 4 + ((length + 3) & ~3)))) };
}

/** Decodes an NLMSG_DONE, which ends a dump, with an error if there is one. @throws DecodeError */
export function parseDone({ flags, payload }: Message): Answer {
  if (payload.length === 0) return { errno: 0 };
  const errno = readErrno(payload);
  return (flags & NLM_F.ACK_TLVS) === 0 ? { errno } : { errno, ...extended(payload.subarray(4)) };
}

function readErrno(payload: Buffer): number {
  if (payload.length < s32.size) throw new DecodeError(`NLMSG_ERROR: 4 bytes expected, ${payload.length} left`);
  return payload.readInt32LE(0);
}

function extended(data: Buffer): Omit<Answer, "errno"> {
  const { unknown: _, policy: _policy, ...known } = NLMSGERR.decode(data);
  return known;
}
