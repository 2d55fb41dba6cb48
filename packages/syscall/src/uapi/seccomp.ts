/** Operations of seccomp(2), linux/seccomp.h. */
export const SECCOMP = {
  SET_MODE_STRICT: 0,
  SET_MODE_FILTER: 1,
  GET_ACTION_AVAIL: 2,
  GET_NOTIF_SIZES: 3, // since Linux 5.0
} as const;

/** Modes of PR_SET_SECCOMP of prctl(2), linux/seccomp.h. */
export const SECCOMP_MODE = {
  DISABLED: 0,
  STRICT: 1,
  FILTER: 2,
} as const;

/** Flags of SECCOMP_SET_MODE_FILTER, seccomp(2), linux/seccomp.h. */
export const SECCOMP_FILTER_FLAG = {
  TSYNC: 0x1,
  LOG: 0x2,
  SPEC_ALLOW: 0x4,
  NEW_LISTENER: 0x8, // since Linux 5.0
  TSYNC_ESRCH: 0x10, // since Linux 5.7
  WAIT_KILLABLE_RECV: 0x20, // since Linux 5.19
} as const;

/** What a filter returns, seccomp(2), linux/seccomp.h: an action, or-ed with 16 bits of data. */
export const SECCOMP_RET = {
  KILL_PROCESS: 0x8000_0000,
  KILL_THREAD: 0x0000_0000,
  TRAP: 0x0003_0000,
  ERRNO: 0x0005_0000,
  USER_NOTIF: 0x7fc0_0000, // since Linux 5.0
  TRACE: 0x7ff0_0000,
  LOG: 0x7ffc_0000,
  ALLOW: 0x7fff_0000,
} as const;

/** ioctls of a listener, seccomp_unotify(2), linux/seccomp.h with linux/ioctl.h, since Linux 5.0. */
export const SECCOMP_IOCTL_NOTIF = {
  RECV: 0xc050_2100,
  SEND: 0xc018_2101,
  ID_VALID: 0x4008_2102,
  ADDFD: 0x4018_2103, // since Linux 5.9
  SET_FLAGS: 0x4008_2104, // since Linux 6.6
} as const;

/** What `arch` of `struct seccomp_data` holds, seccomp(2), linux/audit.h. */
export const AUDIT_ARCH = {
  I386: 0x4000_0003,
  ARM: 0x4000_0028,
  X86_64: 0xc000_003e,
  AARCH64: 0xc000_00b7,
} as const;
