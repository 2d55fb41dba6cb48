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
  readonly cpuset?: CpusetLimits;
  readonly io?: IoLimits;
  readonly hugetlb?: HugetlbLimits;
  readonly rdma?: RdmaLimits;
  readonly misc?: MiscLimits;
  readonly netCls?: NetClsLimits;
  readonly netPrio?: NetPrioLimits;
  /**
   * Which devices may be opened and made, as the OCI runtime specification has it: the last rule that fits decides, and
   * before the first one everything is allowed.
   */
  readonly devices?: readonly DeviceRule[];
  /**
   * Files of a v2 group by their names, as OCI's `linux.resources.unified` has them: `{ "memory.high": "64M" }`. They are
   * written last, unchecked.
   */
  readonly unified?: Readonly<Record<string, string>>;
  /**
   * Files of a v1 group by their names, as cgset(1) sets them: `{ "cpuset.memory_migrate": "1" }`; `notify_on_release` and
   * `cgroup.clone_children` in every v1 hierarchy. They are written after the limits that have a field, unchecked.
   */
  readonly legacy?: Readonly<Record<string, string>>;
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
  /** `memory.swappiness`, v1 only, 0 to 200 (100 before Linux 5.8): how readily memory is swapped out. */
  readonly swappiness?: number;
  /** `memory.kmem.limit_in_bytes`, v1 only: of the kernel's own memory. Linux 5.16 and later refuse it (EOPNOTSUPP). */
  readonly kernel?: Size;
  /** `memory.kmem.tcp.limit_in_bytes`, v1 only (Linux 3.3): of buffers of TCP. */
  readonly kernelTcp?: Size;
  /** `memory.oom_control`, v1 only: out of memory, processes wait until some is freed, and none is killed. */
  readonly oomKillDisable?: boolean;
}

export interface CpuLimits {
  /** `cpu.weight`, 1 to 10000, kernel's default 100: the share of a CPU that others want too. v1: `cpu.shares`. */
  readonly weight?: number;
  /** The same in v1's unit, 2 to 262144, kernel's default 1024; v2 gets `cpu.weight` (convert.ts). Not both. */
  readonly shares?: number;
  /** `cpu.max`; v1: `cpu.cfs_quota_us` and `cpu.cfs_period_us`. How much a group may use even of an idle machine. */
  readonly max?: CpuMax;
  /**
   * `cpu.max.burst`; v1: `cpu.cfs_burst_us` (Linux 5.14). Microseconds that were left over in earlier periods and may be used
   * beyond the quota, which is the most that they can be. Kernel's default 0.
   */
  readonly burstUs?: number;
  /** `cpu.idle` (Linux 5.15): it gets what others leave, as by SCHED_IDLE, whatever its weight. */
  readonly idle?: boolean;
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

export interface CpusetLimits {
  /** `cpuset.cpus`: a list such as `0-3,5`, cpuset(7). On v2 an empty one is the parent's. */
  readonly cpus?: string;
  /** `cpuset.mems`: memory nodes, in the same form. */
  readonly mems?: string;
  /** `cpuset.cpus.partition`, v2 only (Linux 5.0; `isolated` 5.18): whether its CPUs are taken out of the parent's. */
  readonly partition?: "member" | "root" | "isolated";
}

export interface IoLimits {
  /** `io.weight`, 1 to 10000, kernel's default 100: the share of disks that others want too. v1: `blkio.bfq.weight`. */
  readonly weight?: number;
  readonly devices?: readonly IoDeviceLimits[];
}

/** Limits of one disk, by its device number: not of a partition. */
export interface IoDeviceLimits {
  readonly major: number;
  readonly minor: number;
  /** `io.weight`; v1: `blkio.bfq.weight_device`. */
  readonly weight?: number;
  /** `io.max`, bytes read in a second; v1: `blkio.throttle.read_bps_device`. */
  readonly rbps?: Size;
  /** `io.max`, bytes written in a second; v1: `blkio.throttle.write_bps_device`, which sees direct I/O only. */
  readonly wbps?: Size;
  /** `io.max`, reads in a second; v1: `blkio.throttle.read_iops_device`. */
  readonly riops?: number | "max";
  /** `io.max`, writes in a second; v1: `blkio.throttle.write_iops_device`. */
  readonly wiops?: number | "max";
}

/** By the size of the pages: `2MB`, `1GB`. */
export type HugetlbLimits = Readonly<Record<string, HugePageLimits>>;

export interface HugePageLimits {
  /** `hugetlb.2MB.max`; v1: `hugetlb.2MB.limit_in_bytes`. Bytes that may be used; a fault above it is a SIGBUS. */
  readonly max?: Size;
  /** `hugetlb.2MB.rsvd.max`; v1: `hugetlb.2MB.rsvd.limit_in_bytes` (Linux 5.7). Bytes that may be reserved. */
  readonly rsvdMax?: Size;
}

/** `rdma.max` (Linux 4.11), by device: `mlx4_0`. */
export type RdmaLimits = Readonly<Record<string, RdmaDeviceLimits>>;

export interface RdmaDeviceLimits {
  readonly hcaHandle?: number | "max";
  readonly hcaObject?: number | "max";
}

/** `misc.max` (Linux 5.13), by resource: `sev`. */
export type MiscLimits = Readonly<Record<string, number | "max">>;

export interface NetClsLimits {
  /** `net_cls.classid`, v1 only: 0xAAAABBBB marks packets for the traffic class AAAA:BBBB of tc(8). */
  readonly classid?: number;
}

export interface NetPrioLimits {
  /** `net_prio.ifpriomap`, v1 only: the priority of packets by network interface. */
  readonly ifpriomap?: Readonly<Record<string, number>>;
}
