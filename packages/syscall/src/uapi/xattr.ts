/** Flags of setxattr(2), linux/xattr.h. */
export const XATTR = {
  CREATE: 0x1,
  REPLACE: 0x2,
} as const;
