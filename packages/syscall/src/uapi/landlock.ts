/** Rights to files, landlock(7), linux/landlock.h. */
export const LANDLOCK_ACCESS_FS = {
  EXECUTE: 0x1,
  WRITE_FILE: 0x2,
  READ_FILE: 0x4,
  READ_DIR: 0x8,
  REMOVE_DIR: 0x10,
  REMOVE_FILE: 0x20,
  MAKE_CHAR: 0x40,
  MAKE_DIR: 0x80,
  MAKE_REG: 0x100,
  MAKE_SOCK: 0x200,
  MAKE_FIFO: 0x400,
  MAKE_BLOCK: 0x800,
  MAKE_SYM: 0x1000,
  REFER: 0x2000, // since Linux 5.19
  TRUNCATE: 0x4000, // since Linux 6.2
  IOCTL_DEV: 0x8000, // since Linux 6.10
} as const;

/** Rights to the network, landlock(7), linux/landlock.h, since Linux 6.7. */
export const LANDLOCK_ACCESS_NET = {
  BIND_TCP: 0x1,
  CONNECT_TCP: 0x2,
} as const;

/** What a domain may not reach outside, landlock(7), linux/landlock.h, since Linux 6.12. */
export const LANDLOCK_SCOPE = {
  ABSTRACT_UNIX_SOCKET: 0x1,
  SIGNAL: 0x2,
} as const;

/** Types of rules, landlock_add_rule(2), linux/landlock.h. */
export const LANDLOCK_RULE = {
  PATH_BENEATH: 1,
  NET_PORT: 2, // since Linux 6.7
} as const;

/** Flags of landlock_create_ruleset(2), linux/landlock.h. */
export const LANDLOCK_CREATE_RULESET = {
  VERSION: 0x1,
  ERRATA: 0x2, // since Linux 6.15
} as const;
