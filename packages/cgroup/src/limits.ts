import type { DeviceRule } from "./devices/rule.ts";
import type { Size } from "./size.ts";

/**
 * What a group may use, in the words of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst); on v1 it is translated.
 * What is left away stays as the kernel has it. A limit that the machine cannot set is refused, never passed over.
 */
export interface Limits {
  readonly memory?: MemoryLimits;
  readonly cpu?: CpuLimits;
  readonly pids?: PidsLimits;
  /**
   * Which devices may be opened and made, as the OCI runtime specification has it: the last rule that fits decides, and
   * before the first one everything is allowed.
   */
  readonly devices?: readonly DeviceRule[];
}

export interface MemoryLimits {
  /** `memory.max`; v1: `memory.limit_in_bytes`. Above it the kernel reclaims, then kills. */
  readonly max?: Size;
  /** `memory.high`, v2 only. Above it processes are slowed down and their memory reclaimed. */
  readonly high?: Size;
  /** `memory.low`; v1: `memory.soft_limit_in_bytes`. Up to here memory is reclaimed only when nothing else is left. */
  readonly low?: Size;
  /** `memory.min`, v2 only (Linux 4.18). Up to here memory is never reclaimed. */
  readonly min?: Size;
  /** `memory.swap.max`: swap alone. v1: `memory.memsw.limit_in_bytes` is set to the sum of `max` and this. */
  readonly swapMax?: Size;
  /** `memory.oom.group`, v2 only (Linux 4.19). Out of memory, all processes of the group are killed, not one. */
  readonly oomGroup?: boolean;
}

export interface CpuLimits {
  /** `cpu.weight`, 1 to 10000, kernel's default 100: the share of a CPU that others want too. v1: `cpu.shares`. */
  readonly weight?: number;
  /** The same in v1's unit, 2 to 262144, kernel's default 1024; v2 gets `cpu.weight` (convert.ts). Not both. */
  readonly shares?: number;
  /** `cpu.max`; v1: `cpu.cfs_quota_us` and `cpu.cfs_period_us`. How much a group may use even of an idle machine. */
  readonly max?: CpuMax;
}

export interface CpuMax {
  /** Microseconds of CPU time in each period, at least 1000: 50000 of 100000 is half a CPU. `"max"`: no limit. */
  readonly quotaUs?: number | "max";
  /** Microseconds, 1000 to 1000000. Kernel's default 100000. */
  readonly periodUs?: number;
}

export interface PidsLimits {
  /** `pids.max` (Linux 4.3): processes and threads; fork(2) fails with EAGAIN above it. `"max"`: no limit. */
  readonly max?: number | "max";
}
