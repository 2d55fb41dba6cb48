/** Flags of memfd_create(2), linux/memfd.h. */
export const MFD = {
  CLOEXEC: 0x1,
  ALLOW_SEALING: 0x2,
  HUGETLB: 0x4,
  NOEXEC_SEAL: 0x8, // since Linux 6.3
  EXEC: 0x10, // since Linux 6.3
} as const;
