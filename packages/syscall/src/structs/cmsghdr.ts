import { type Struct, s32, struct, u64 } from "../struct.ts";

/** `struct cmsghdr`, cmsg(3): stands before the data of an ancillary message. */
export interface Cmsghdr {
  /** Bytes of this header and the data. */
  readonly cmsg_len: bigint;
  /** Of {@link SOL}. */
  readonly cmsg_level: number;
  /** Of {@link SCM}. */
  readonly cmsg_type: number;
}

export const cmsghdr: Struct<Cmsghdr> = struct<Cmsghdr>("cmsghdr", {
  cmsg_len: u64,
  cmsg_level: s32,
  cmsg_type: s32,
});
