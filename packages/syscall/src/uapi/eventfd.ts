/** Flags of eventfd2(2), include/linux/eventfd.h and bits/eventfd.h of the C library. */
export const EFD = {
  SEMAPHORE: 0x0000_0001,
  NONBLOCK: 0x0000_0800,
  CLOEXEC: 0x0008_0000,
} as const;
