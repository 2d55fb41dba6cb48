import { type Struct, struct, u64 } from "../struct.ts";
import { O } from "../uapi/fcntl.ts";
import { RESOLVE } from "../uapi/openat2.ts";

/** `struct open_how`, openat2(2), linux/openat2.h. */
export interface OpenHow {
  readonly flags: bigint;
  /** 0 unless the file may be created: openat2(2) refuses a mode that has no use. */
  readonly mode: bigint;
  readonly resolve: bigint;
}

export const openHow: Struct<OpenHow> = struct<OpenHow>(
  "open_how",
  { flags: u64, mode: u64, resolve: u64 },
  {
    flags: { flags: O, prefix: "O_", zero: "O_RDONLY" },
    mode: "octal",
    resolve: { flags: RESOLVE, prefix: "RESOLVE_" },
  },
);
