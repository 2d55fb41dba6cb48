import { s32, type Struct, struct, u32, u64 } from "../struct.ts";
import { SCHED, SCHED_FLAG } from "../uapi/sched.ts";

/** `struct sched_attr`, sched_setattr(2), linux/sched/types.h. The last two fields are new in Linux 5.3. */
export interface SchedAttr {
  /** Bytes of this struct. */
  readonly size: number;
  readonly sched_policy: number;
  readonly sched_flags: bigint;
  /** Of SCHED_NORMAL and SCHED_BATCH: -20 to 19. */
  readonly sched_nice: number;
  /** Of SCHED_FIFO and SCHED_RR: 1 to 99. */
  readonly sched_priority: number;
  /** Of SCHED_DEADLINE, in nanoseconds. */
  readonly sched_runtime: bigint;
  readonly sched_deadline: bigint;
  readonly sched_period: bigint;
  readonly sched_util_min: number;
  readonly sched_util_max: number;
}

export const schedAttr: Struct<SchedAttr> = struct<SchedAttr>(
  "sched_attr",
  {
    size: u32,
    sched_policy: u32,
    sched_flags: u64,
    sched_nice: s32,
    sched_priority: u32,
    sched_runtime: u64,
    sched_deadline: u64,
    sched_period: u64,
    sched_util_min: u32,
    sched_util_max: u32,
  },
  {
    sched_policy: { oneOf: SCHED, prefix: "SCHED_" },
    sched_flags: { flags: SCHED_FLAG, prefix: "SCHED_FLAG_" },
    sched_nice: "int",
    sched_priority: "uint",
    sched_runtime: "uint",
    sched_deadline: "uint",
    sched_period: "uint",
  },
);
