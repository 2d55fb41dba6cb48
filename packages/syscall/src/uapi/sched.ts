/** Flags of clone(2), clone3(2), unshare(2) and setns(2), linux/sched.h. The last two fit clone3(2) only. */
export const CLONE = {
  NEWTIME: 0x0000_0080, // since Linux 5.6
  VM: 0x0000_0100,
  FS: 0x0000_0200,
  FILES: 0x0000_0400,
  SIGHAND: 0x0000_0800,
  PIDFD: 0x0000_1000, // since Linux 5.2
  PTRACE: 0x0000_2000,
  VFORK: 0x0000_4000,
  PARENT: 0x0000_8000,
  THREAD: 0x0001_0000,
  NEWNS: 0x0002_0000,
  SYSVSEM: 0x0004_0000,
  SETTLS: 0x0008_0000,
  PARENT_SETTID: 0x0010_0000,
  CHILD_CLEARTID: 0x0020_0000,
  DETACHED: 0x0040_0000,
  UNTRACED: 0x0080_0000,
  CHILD_SETTID: 0x0100_0000,
  NEWCGROUP: 0x0200_0000, // since Linux 4.6
  NEWUTS: 0x0400_0000,
  NEWIPC: 0x0800_0000,
  NEWUSER: 0x1000_0000,
  NEWPID: 0x2000_0000,
  NEWNET: 0x4000_0000,
  IO: 0x8000_0000,
  CLEAR_SIGHAND: 0x0001_0000_0000, // since Linux 5.5
  INTO_CGROUP: 0x0002_0000_0000, // since Linux 5.7
} as const;

/** Scheduling policies, sched(7), linux/sched.h. */
export const SCHED = {
  NORMAL: 0,
  FIFO: 1,
  RR: 2,
  BATCH: 3,
  IDLE: 5,
  DEADLINE: 6,
  EXT: 7, // since Linux 6.12
} as const;

/** Flags of `struct sched_attr`, sched_setattr(2), linux/sched.h. */
export const SCHED_FLAG = {
  RESET_ON_FORK: 0x1,
  RECLAIM: 0x2,
  DL_OVERRUN: 0x4,
  KEEP_POLICY: 0x8, // since Linux 5.3
  KEEP_PARAMS: 0x10, // since Linux 5.3
  UTIL_CLAMP_MIN: 0x20, // since Linux 5.3
  UTIL_CLAMP_MAX: 0x40, // since Linux 5.3
} as const;
