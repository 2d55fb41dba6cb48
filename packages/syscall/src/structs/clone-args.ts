import { type Struct, struct, u64 } from "../struct.ts";
import { CLONE } from "../uapi/sched.ts";

/** `struct clone_args`, clone3(2), linux/sched.h: 64 bytes in Linux 5.3, 80 with set_tid (5.5), 88 with cgroup (5.7). */
export interface CloneArgs {
  readonly flags: bigint;
  /** Address of the `int` that receives the pidfd: CLONE_PIDFD. */
  readonly pidfd: bigint;
  readonly child_tid: bigint;
  readonly parent_tid: bigint;
  readonly exit_signal: bigint;
  /** The lowest byte of the stack, not its end as for clone(2). */
  readonly stack: bigint;
  readonly stack_size: bigint;
  readonly tls: bigint;
  readonly set_tid: bigint;
  readonly set_tid_size: bigint;
  /** File descriptor of a cgroup v2 directory: CLONE_INTO_CGROUP. */
  readonly cgroup: bigint;
}

export const cloneArgs: Struct<CloneArgs> = struct<CloneArgs>(
  "clone_args",
  {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
  },
  {
    flags: { flags: CLONE, prefix: "CLONE_" },
    pidfd: "pointer",
    child_tid: "pointer",
    parent_tid: "pointer",
    exit_signal: "signal",
    stack: "pointer",
    stack_size: "hex",
    tls: "pointer",
    set_tid: "pointer",
    set_tid_size: "uint",
    cgroup: "fd",
  },
);
