/** Flags of timerfd_create(2), linux/timerfd.h. */
export const TFD = {
  NONBLOCK: 0x0000_0800,
  CLOEXEC: 0x0008_0000,
} as const;

/** Flags of timerfd_settime(2), linux/timerfd.h. */
export const TFD_TIMER = {
  ABSTIME: 0x1,
  CANCEL_ON_SET: 0x2,
} as const;
