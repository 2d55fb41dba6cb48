/** Capabilities by their numbers, capabilities(7), linux/capability.h. */
export const CAP = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  LINUX_IMMUTABLE: 9,
  NET_BIND_SERVICE: 10,
  NET_BROADCAST: 11,
  NET_ADMIN: 12,
  NET_RAW: 13,
  IPC_LOCK: 14,
  IPC_OWNER: 15,
  SYS_MODULE: 16,
  SYS_RAWIO: 17,
  SYS_CHROOT: 18,
  SYS_PTRACE: 19,
  SYS_PACCT: 20,
  SYS_ADMIN: 21,
  SYS_BOOT: 22,
  SYS_NICE: 23,
  SYS_RESOURCE: 24,
  SYS_TIME: 25,
  SYS_TTY_CONFIG: 26,
  MKNOD: 27,
  LEASE: 28,
  AUDIT_WRITE: 29,
  AUDIT_CONTROL: 30,
  SETFCAP: 31,
  MAC_OVERRIDE: 32,
  MAC_ADMIN: 33,
  SYSLOG: 34,
  WAKE_ALARM: 35,
  BLOCK_SUSPEND: 36,
  AUDIT_READ: 37,
  PERFMON: 38, // since Linux 5.8
  BPF: 39, // since Linux 5.8
  CHECKPOINT_RESTORE: 40, // since Linux 5.9
} as const;

/** The version of `struct __user_cap_header_struct`, capget(2), linux/capability.h: 64 bits in two words. */
export const LINUX_CAPABILITY_VERSION_3 = 0x2008_0522;

/** Bits of `security.capability`, xattr(7), linux/capability.h: its revision, and whether it is effective. */
export const VFS_CAP = {
  REVISION_1: 0x0100_0000,
  REVISION_2: 0x0200_0000,
  REVISION_3: 0x0300_0000,
  FLAGS_EFFECTIVE: 0x0000_0001,
} as const;
