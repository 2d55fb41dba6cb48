import { type Struct, struct, u16, u64 } from "../struct.ts";

/** `struct sock_fprog`, seccomp(2), linux/filter.h: a program of classic BPF. */
export interface SockFprog {
  /** Instructions, of 8 bytes each. */
  readonly len: number;
  readonly filter: bigint;
}

export const sockFprog: Struct<SockFprog> = struct<SockFprog>(
  "sock_fprog",
  { len: u16, filter: u64 },
  { len: "uint", filter: "pointer" },
);
