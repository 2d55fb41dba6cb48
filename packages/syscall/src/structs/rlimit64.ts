import { type Struct, struct, u64 } from "../struct.ts";

/** `struct rlimit64`, prlimit(2), linux/resource.h. RLIM_INFINITY is none. */
export interface Rlimit64 {
  readonly rlim_cur: bigint;
  readonly rlim_max: bigint;
}

export const rlimit64: Struct<Rlimit64> = struct<Rlimit64>(
  "rlimit64",
  { rlim_cur: u64, rlim_max: u64 },
  { rlim_cur: "uint", rlim_max: "uint" },
);
