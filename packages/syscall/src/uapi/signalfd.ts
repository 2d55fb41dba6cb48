/** Flags of signalfd4(2), linux/signalfd.h. */
export const SFD = {
  NONBLOCK: 0x0000_0800,
  CLOEXEC: 0x0008_0000,
} as const;
