/** Flags of getrandom(2), linux/random.h. */
export const GRND = {
  NONBLOCK: 0x1,
  RANDOM: 0x2,
  INSECURE: 0x4, // since Linux 5.6
} as const;
