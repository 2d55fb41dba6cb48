/** Modes of set_mempolicy(2), linux/mempolicy.h. */
export const MPOL = {
  DEFAULT: 0,
  PREFERRED: 1,
  BIND: 2,
  INTERLEAVE: 3,
  LOCAL: 4, // since Linux 3.8
  PREFERRED_MANY: 5, // since Linux 5.15
  WEIGHTED_INTERLEAVE: 6, // since Linux 6.9
} as const;

/** Flags that are or-ed with a mode of set_mempolicy(2), linux/mempolicy.h. */
export const MPOL_F = {
  NUMA_BALANCING: 0x2000, // since Linux 5.12
  RELATIVE_NODES: 0x4000,
  STATIC_NODES: 0x8000,
} as const;
