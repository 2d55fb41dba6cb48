/** Flags of pidfd_open(2), linux/pidfd.h. */
export const PIDFD = {
  NONBLOCK: 0x800, // since Linux 5.10
  THREAD: 0x80, // since Linux 6.9
} as const;

/** Flags of pidfd_send_signal(2), linux/pidfd.h, since Linux 6.9. */
export const PIDFD_SIGNAL = {
  THREAD: 0x1,
  THREAD_GROUP: 0x2,
  PROCESS_GROUP: 0x4,
} as const;

/** ioctls of a pidfd, linux/pidfd.h, since Linux 6.11. GET_INFO has the size of the first `struct pidfd_info`. */
export const PIDFD_GET = {
  CGROUP_NAMESPACE: 0xff01,
  IPC_NAMESPACE: 0xff02,
  MNT_NAMESPACE: 0xff03,
  NET_NAMESPACE: 0xff04,
  PID_NAMESPACE: 0xff05,
  PID_FOR_CHILDREN_NAMESPACE: 0xff06,
  TIME_NAMESPACE: 0xff07,
  TIME_FOR_CHILDREN_NAMESPACE: 0xff08,
  USER_NAMESPACE: 0xff09,
  UTS_NAMESPACE: 0xff0a,
  INFO: 0xc040_ff0b, // since Linux 6.13
} as const;

/** What PIDFD_GET_INFO is asked for, and has answered: `mask` of `struct pidfd_info`, linux/pidfd.h, since Linux 6.13. */
export const PIDFD_INFO = {
  PID: 0x1,
  CREDS: 0x2,
  CGROUPID: 0x4,
  EXIT: 0x8, // since Linux 6.15
} as const;
