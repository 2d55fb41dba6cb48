/** ioctls of terminals, ioctl_tty(2), asm-generic/ioctls.h. */
export const TIOC = {
  EXCL: 0x0000_540c,
  NXCL: 0x0000_540d,
  SCTTY: 0x0000_540e,
  GPGRP: 0x0000_540f,
  SPGRP: 0x0000_5410,
  STI: 0x0000_5412,
  GWINSZ: 0x0000_5413,
  SWINSZ: 0x0000_5414,
  CONS: 0x0000_541d,
  NOTTY: 0x0000_5422,
  GSID: 0x0000_5429,
  GPTN: 0x8004_5430,
  SPTLCK: 0x4004_5431,
  GDEV: 0x8004_5432,
  VHANGUP: 0x0000_5437,
  GPTLCK: 0x8004_5439,
  GPTPEER: 0x0000_5441,
} as const;

/** ioctls of a terminal's settings, ioctl_tty(2), asm-generic/ioctls.h. */
export const TC = {
  GETS: 0x5401,
  SETS: 0x5402,
  SETSW: 0x5403,
  SETSF: 0x5404,
} as const;

/** ioctls of any file descriptor, asm-generic/ioctls.h. */
export const FIO = {
  NCLEX: 0x5450,
  CLEX: 0x5451,
  NREAD: 0x541b,
  NBIO: 0x5421,
} as const;
