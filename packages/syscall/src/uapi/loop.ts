/** ioctls of a loop device, loop(4), linux/loop.h. */
export const LOOP = {
  SET_FD: 0x4c00,
  CLR_FD: 0x4c01,
  SET_STATUS: 0x4c02,
  GET_STATUS: 0x4c03,
  SET_STATUS64: 0x4c04,
  GET_STATUS64: 0x4c05,
  CHANGE_FD: 0x4c06,
  SET_CAPACITY: 0x4c07,
  SET_DIRECT_IO: 0x4c08,
  SET_BLOCK_SIZE: 0x4c09,
  CONFIGURE: 0x4c0a, // since Linux 5.8
} as const;

/** ioctls of /dev/loop-control, loop(4), linux/loop.h. */
export const LOOP_CTL = {
  ADD: 0x4c80,
  REMOVE: 0x4c81,
  GET_FREE: 0x4c82,
} as const;

/** Flags of a loop device, `lo_flags` of loop(4), linux/loop.h. */
export const LO_FLAGS = {
  READ_ONLY: 0x1,
  AUTOCLEAR: 0x4,
  PARTSCAN: 0x8,
  DIRECT_IO: 0x10,
} as const;
