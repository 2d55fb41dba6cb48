import { s32, type Struct, struct, u32 } from "../struct.ts";

/** `struct __user_cap_header_struct`, capget(2), linux/capability.h. */
export interface CapUserHeader {
  /** LINUX_CAPABILITY_VERSION_3. */
  readonly version: number;
  /** 0 is the calling thread. */
  readonly pid: number;
}

export const capUserHeader: Struct<CapUserHeader> = struct<CapUserHeader>(
  "__user_cap_header_struct",
  { version: u32, pid: s32 },
  { version: "hex" },
);
