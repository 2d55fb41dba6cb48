import { s32, s64, type Struct, struct, u64 } from "../struct.ts";

/** `struct statfs`, statfs(2), asm-generic/statfs.h. */
export interface Statfs {
  /** One of MAGIC. */
  readonly f_type: bigint;
  readonly f_bsize: bigint;
  readonly f_blocks: bigint;
  readonly f_bfree: bigint;
  readonly f_bavail: bigint;
  readonly f_files: bigint;
  readonly f_ffree: bigint;
  readonly f_fsid0: number;
  readonly f_fsid1: number;
  readonly f_namelen: bigint;
  readonly f_frsize: bigint;
  readonly f_flags: bigint;
}

export const statfs: Struct<Statfs> = struct<Statfs>(
  "statfs",
  {
    f_type: s64,
    f_bsize: s64,
    f_blocks: u64,
    f_bfree: u64,
    f_bavail: u64,
    f_files: u64,
    f_ffree: u64,
    f_fsid0: s32,
    f_fsid1: s32,
    f_namelen: s64,
    f_frsize: s64,
    f_flags: s64,
  },
  { f_type: "hex", f_flags: "hex" },
  // f_spare[4] is left out.
  { size: 120 },
);
