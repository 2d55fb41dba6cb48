/** Flags of renameat2(2), linux/fs.h. */
export const RENAME = {
  NOREPLACE: 0x1,
  EXCHANGE: 0x2,
  WHITEOUT: 0x4,
} as const;

/** Where lseek(2) counts from, linux/fs.h. */
export const SEEK = {
  SET: 0,
  CUR: 1,
  END: 2,
  DATA: 3,
  HOLE: 4,
} as const;

/** Flags of preadv2(2) and pwritev2(2), linux/fs.h. */
export const RWF = {
  HIPRI: 0x1,
  DSYNC: 0x2,
  SYNC: 0x4,
  NOWAIT: 0x8,
  APPEND: 0x10,
} as const;

/** Flags of splice(2), include/linux/splice.h and bits/fcntl-linux.h of the C library. */
export const SPLICE_F = {
  MOVE: 0x1,
  NONBLOCK: 0x2,
  MORE: 0x4,
  GIFT: 0x8,
} as const;
