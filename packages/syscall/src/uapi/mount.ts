/** Flags of mount(2), linux/mount.h. */
export const MS = {
  RDONLY: 0x0000_0001,
  NOSUID: 0x0000_0002,
  NODEV: 0x0000_0004,
  NOEXEC: 0x0000_0008,
  SYNCHRONOUS: 0x0000_0010,
  REMOUNT: 0x0000_0020,
  MANDLOCK: 0x0000_0040,
  DIRSYNC: 0x0000_0080,
  NOSYMFOLLOW: 0x0000_0100, // since Linux 5.10
  NOATIME: 0x0000_0400,
  NODIRATIME: 0x0000_0800,
  BIND: 0x0000_1000,
  MOVE: 0x0000_2000,
  REC: 0x0000_4000,
  SILENT: 0x0000_8000,
  POSIXACL: 0x0001_0000,
  UNBINDABLE: 0x0002_0000,
  PRIVATE: 0x0004_0000,
  SLAVE: 0x0008_0000,
  SHARED: 0x0010_0000,
  RELATIME: 0x0020_0000,
  I_VERSION: 0x0080_0000,
  STRICTATIME: 0x0100_0000,
  LAZYTIME: 0x0200_0000,
} as const;

/** Flags of umount2(2), include/linux/fs.h and sys/mount.h of the C library; see also {@link UMOUNT}. */
export const MNT = {
  FORCE: 0x1,
  DETACH: 0x2,
  EXPIRE: 0x4,
} as const;

/** The flag of umount2(2) that has another prefix, include/linux/fs.h and sys/mount.h of the C library. */
export const UMOUNT = {
  NOFOLLOW: 0x8,
} as const;

/**
 * Flags of open_tree(2), linux/mount.h; CLOEXEC is O_CLOEXEC of asm/fcntl.h. AT_EMPTY_PATH, AT_RECURSIVE and others of
 * `AT` may be or-ed with them.
 */
export const OPEN_TREE = {
  CLONE: 0x0000_0001,
  CLOEXEC: 0x0008_0000,
} as const;

/** Flags of move_mount(2), linux/mount.h. */
export const MOVE_MOUNT = {
  F_SYMLINKS: 0x1,
  F_AUTOMOUNTS: 0x2,
  F_EMPTY_PATH: 0x4,
  T_SYMLINKS: 0x10,
  T_AUTOMOUNTS: 0x20,
  T_EMPTY_PATH: 0x40,
  SET_GROUP: 0x100, // since Linux 5.15
  BENEATH: 0x200, // since Linux 6.5
} as const;

/** Flags of fsopen(2), linux/mount.h. */
export const FSOPEN = {
  CLOEXEC: 0x1,
} as const;

/** Flags of fspick(2), linux/mount.h. */
export const FSPICK = {
  CLOEXEC: 0x1,
  SYMLINK_NOFOLLOW: 0x2,
  NO_AUTOMOUNT: 0x4,
  EMPTY_PATH: 0x8,
} as const;

/** Commands of fsconfig(2), linux/mount.h. */
export const FSCONFIG = {
  SET_FLAG: 0,
  SET_STRING: 1,
  SET_BINARY: 2,
  SET_PATH: 3,
  SET_PATH_EMPTY: 4,
  SET_FD: 5,
  CMD_CREATE: 6,
  CMD_RECONFIGURE: 7,
  CMD_CREATE_EXCL: 8, // since Linux 6.6
} as const;

/** Flags of fsmount(2), linux/mount.h. */
export const FSMOUNT = {
  CLOEXEC: 0x1,
} as const;

/**
 * Attributes of a mount: fsmount(2) and mount_setattr(2), linux/mount.h. `_ATIME` is the mask of RELATIME, which is 0,
 * NOATIME and STRICTATIME.
 */
export const MOUNT_ATTR = {
  _ATIME: 0x0000_0070,
  RDONLY: 0x0000_0001,
  NOSUID: 0x0000_0002,
  NODEV: 0x0000_0004,
  NOEXEC: 0x0000_0008,
  RELATIME: 0x0000_0000,
  NOATIME: 0x0000_0010,
  STRICTATIME: 0x0000_0020,
  NODIRATIME: 0x0000_0080,
  IDMAP: 0x0010_0000, // since Linux 5.12
  NOSYMFOLLOW: 0x0020_0000, // since Linux 5.14
} as const;

/** What statmount(2) is asked for, linux/mount.h, since Linux 6.8. */
export const STATMOUNT = {
  SB_BASIC: 0x1,
  MNT_BASIC: 0x2,
  PROPAGATE_FROM: 0x4,
  MNT_ROOT: 0x8,
  MNT_POINT: 0x10,
  FS_TYPE: 0x20,
  MNT_NS_ID: 0x40, // since Linux 6.11
  MNT_OPTS: 0x80, // since Linux 6.11
  FS_SUBTYPE: 0x100, // since Linux 6.13
  SB_SOURCE: 0x200, // since Linux 6.13
} as const;
