/** Modes of fallocate(2), linux/falloc.h. */
export const FALLOC_FL = {
  KEEP_SIZE: 0x1,
  PUNCH_HOLE: 0x2,
  COLLAPSE_RANGE: 0x8,
  ZERO_RANGE: 0x10,
  INSERT_RANGE: 0x20,
  UNSHARE_RANGE: 0x40,
} as const;
