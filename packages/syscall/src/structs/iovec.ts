import { type Struct, struct, u64 } from "../struct.ts";

/** `struct iovec`, readv(2), linux/uio.h. */
export interface Iovec {
  readonly iov_base: bigint;
  readonly iov_len: bigint;
}

export const iovec: Struct<Iovec> = struct<Iovec>(
  "iovec",
  { iov_base: u64, iov_len: u64 },
  { iov_base: "pointer", iov_len: "uint" },
);
