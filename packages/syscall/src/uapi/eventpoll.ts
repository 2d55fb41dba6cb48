/** Flags of epoll_create1(2), linux/eventpoll.h. */
export const EPOLL = {
  CLOEXEC: 0x8_0000,
} as const;

/** Operations of epoll_ctl(2), linux/eventpoll.h. */
export const EPOLL_CTL = {
  ADD: 1,
  DEL: 2,
  MOD: 3,
} as const;
