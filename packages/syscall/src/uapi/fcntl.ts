/** The directory file descriptor that stands for the working directory, openat(2), linux/fcntl.h. */
export const AT_FDCWD = -100;

/**
 * Flags of the calls that take a directory's file descriptor, linux/fcntl.h. AT_EACCESS of faccessat2(2) has the
 * number of REMOVEDIR: {@link AT_EACCESS}.
 */
export const AT = {
  SYMLINK_NOFOLLOW: 0x100,
  REMOVEDIR: 0x200,
  SYMLINK_FOLLOW: 0x400,
  NO_AUTOMOUNT: 0x800,
  EMPTY_PATH: 0x1000,
  STATX_FORCE_SYNC: 0x2000,
  STATX_DONT_SYNC: 0x4000,
  RECURSIVE: 0x8000, // since Linux 5.2
} as const;

/** Flag of faccessat2(2), linux/fcntl.h: check with the effective ids, not the real ones. */
export const AT_EACCESS = 0x200;

/**
 * Flags of open(2) on x86-64, asm-generic/fcntl.h. TMPFILE contains DIRECTORY, and SYNC DSYNC, so that each stands before
 * the other.
 */
export const O_X64 = {
  RDONLY: 0,
  WRONLY: 0o1,
  RDWR: 0o2,
  CREAT: 0o100,
  EXCL: 0o200,
  NOCTTY: 0o400,
  TRUNC: 0o1000,
  APPEND: 0o2000,
  NONBLOCK: 0o4000,
  SYNC: 0o401_0000,
  DSYNC: 0o1_0000,
  DIRECT: 0o4_0000,
  LARGEFILE: 0o10_0000,
  TMPFILE: 0o2020_0000,
  DIRECTORY: 0o20_0000,
  NOFOLLOW: 0o40_0000,
  NOATIME: 0o100_0000,
  CLOEXEC: 0o200_0000,
  PATH: 0o1000_0000,
} as const;

/** Flags of open(2), of which arm64 has some in another order, asm/fcntl.h. */
export const O_ARM64: Readonly<Record<keyof typeof O_X64, number>> = {
  ...O_X64,
  DIRECTORY: 0o4_0000,
  NOFOLLOW: 0o10_0000,
  DIRECT: 0o20_0000,
  LARGEFILE: 0o40_0000,
  TMPFILE: 0o2004_0000,
};

/** Flags of open(2) on the architecture that this process runs on. */
export const O: typeof O_ARM64 = process.arch === "arm64" ? O_ARM64 : O_X64;

/** Operations of fcntl(2), asm-generic/fcntl.h and linux/fcntl.h. */
export const F = {
  DUPFD: 0,
  GETFD: 1,
  SETFD: 2,
  GETFL: 3,
  SETFL: 4,
  GETLK: 5,
  SETLK: 6,
  SETLKW: 7,
  SETOWN: 8,
  GETOWN: 9,
  SETSIG: 10,
  GETSIG: 11,
  SETOWN_EX: 15,
  GETOWN_EX: 16,
  OFD_GETLK: 36,
  OFD_SETLK: 37,
  OFD_SETLKW: 38,
  SETLEASE: 1024,
  GETLEASE: 1025,
  NOTIFY: 1026,
  DUPFD_QUERY: 1027, // since Linux 6.10
  DUPFD_CLOEXEC: 1030,
  SETPIPE_SZ: 1031,
  GETPIPE_SZ: 1032,
  ADD_SEALS: 1033,
  GET_SEALS: 1034,
} as const;

/** Flags of a file descriptor, F_SETFD of fcntl(2), asm-generic/fcntl.h. */
export const FD = {
  CLOEXEC: 0x1,
} as const;

/** Seals of a memfd, F_ADD_SEALS of fcntl(2), linux/fcntl.h. */
export const F_SEAL = {
  SEAL: 0x1,
  SHRINK: 0x2,
  GROW: 0x4,
  WRITE: 0x8,
  FUTURE_WRITE: 0x10, // since Linux 5.1
  EXEC: 0x20, // since Linux 6.3
} as const;

/** Operations of flock(2), asm-generic/fcntl.h. */
export const LOCK = {
  SH: 0x1,
  EX: 0x2,
  NB: 0x4,
  UN: 0x8,
} as const;
