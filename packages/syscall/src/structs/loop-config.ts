import { type Struct, struct, u32, u64 } from "../struct.ts";
import { LO_FLAGS } from "../uapi/loop.ts";

/** `struct loop_config`, loop(4), linux/loop.h: what LOOP_CONFIGURE takes. Its names and what is encrypted are left out. */
export interface LoopConfig {
  /** The file or block device. */
  readonly fd: number;
  /** Bytes; 0: 512. */
  readonly block_size: number;
  /** Of `info`: where the device begins in the file, in bytes. */
  readonly lo_offset: bigint;
  /** Of `info`: its size in bytes; 0: to the file's end. */
  readonly lo_sizelimit: bigint;
  /** Of `info`. */
  readonly lo_flags: number;
}

export const loopConfig: Struct<LoopConfig> = struct<LoopConfig>(
  "loop_config",
  { fd: u32, block_size: u32, lo_offset: u64, lo_sizelimit: u64, lo_flags: u32 },
  { fd: "fd", lo_flags: { flags: LO_FLAGS, prefix: "LO_FLAGS_" } },
  { size: 304, offsets: { lo_offset: 32, lo_sizelimit: 40, lo_flags: 60 } },
);
