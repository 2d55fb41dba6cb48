/** Protections of mmap(2) and mprotect(2), asm-generic/mman-common.h. */
export const PROT = {
  NONE: 0x0000_0000,
  READ: 0x0000_0001,
  WRITE: 0x0000_0002,
  EXEC: 0x0000_0004,
  SEM: 0x0000_0008,
  GROWSDOWN: 0x0100_0000,
  GROWSUP: 0x0200_0000,
} as const;

/**
 * Flags of mmap(2), linux/mman.h, asm-generic/mman.h and asm-generic/mman-common.h. SHARED_VALIDATE has the bits of both
 * SHARED and PRIVATE.
 */
export const MAP = {
  SHARED_VALIDATE: 0x0000_0003,
  SHARED: 0x0000_0001,
  PRIVATE: 0x0000_0002,
  FIXED: 0x0000_0010,
  ANONYMOUS: 0x0000_0020,
  GROWSDOWN: 0x0000_0100,
  DENYWRITE: 0x0000_0800,
  EXECUTABLE: 0x0000_1000,
  LOCKED: 0x0000_2000,
  NORESERVE: 0x0000_4000,
  POPULATE: 0x0000_8000,
  NONBLOCK: 0x0001_0000,
  STACK: 0x0002_0000,
  HUGETLB: 0x0004_0000,
  SYNC: 0x0008_0000,
  FIXED_NOREPLACE: 0x0010_0000,
} as const;
