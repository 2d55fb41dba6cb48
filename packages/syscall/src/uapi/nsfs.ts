/** ioctls of a namespace's file descriptor, ioctl_ns(2), linux/nsfs.h. */
export const NS = {
  GET_USERNS: 0xb701,
  GET_PARENT: 0xb702,
  GET_NSTYPE: 0xb703,
  GET_OWNER_UID: 0xb704,
  GET_MNTNS_ID: 0x8008_b705, // since Linux 6.11
  GET_PID_FROM_PIDNS: 0x8004_b706, // since Linux 6.11
  GET_TGID_FROM_PIDNS: 0x8004_b707, // since Linux 6.11
  GET_PID_IN_PIDNS: 0x8004_b708, // since Linux 6.11
  GET_TGID_IN_PIDNS: 0x8004_b709, // since Linux 6.11
  MNT_GET_INFO: 0x8010_b70a, // since Linux 6.12
  MNT_GET_NEXT: 0x8010_b70b, // since Linux 6.12
  MNT_GET_PREV: 0x8010_b70c, // since Linux 6.12
  GET_ID: 0x8008_b70d, // since Linux 6.18
} as const;
