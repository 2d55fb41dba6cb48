/** Flags of close_range(2), linux/close_range.h. */
export const CLOSE_RANGE = {
  UNSHARE: 0x2,
  CLOEXEC: 0x4, // since Linux 5.11
} as const;
