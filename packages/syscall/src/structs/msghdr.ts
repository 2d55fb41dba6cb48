import { type Struct, s32, struct, u32, u64 } from "../struct.ts";

/** `struct msghdr` as sendmsg(2) takes it, `struct user_msghdr` of the kernel's linux/socket.h. */
export interface Msghdr {
  readonly msg_name: bigint;
  readonly msg_namelen: number;
  readonly msg_iov: bigint;
  readonly msg_iovlen: bigint;
  readonly msg_control: bigint;
  readonly msg_controllen: bigint;
  readonly msg_flags: number;
}

export const msghdr: Struct<Msghdr> = struct<Msghdr>(
  "msghdr",
  {
    msg_name: u64,
    msg_namelen: u32,
    msg_iov: u64,
    msg_iovlen: u64,
    msg_control: u64,
    msg_controllen: u64,
    msg_flags: s32,
  },
  {
    msg_name: "pointer",
    msg_namelen: "uint",
    msg_iov: "pointer",
    msg_iovlen: "uint",
    msg_control: "pointer",
    msg_controllen: "uint",
  },
);
