import { s64, type Struct, struct } from "../struct.ts";

/** `struct timespec`, timespec(3), which the kernel calls `struct __kernel_timespec`, linux/time_types.h. */
export interface Timespec {
  readonly tv_sec: bigint;
  readonly tv_nsec: bigint;
}

export const timespec: Struct<Timespec> = struct<Timespec>("timespec", { tv_sec: s64, tv_nsec: s64 });
