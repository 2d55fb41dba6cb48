/**
 * `linux.resources` of the OCI runtime-spec 1.3,
 * https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#control-groups.
 * Numbers of bytes and counts are -1 for no limit; 0 leaves a limit as it is, but that of `pids`.
 */
export interface Resources {
  readonly devices?: readonly DeviceRule[];
  readonly memory?: MemoryResources;
  readonly cpu?: CpuResources;
  readonly pids?: { readonly limit?: number };
  readonly blockIO?: BlockIoResources;
  readonly hugepageLimits?: readonly { readonly pageSize: string; readonly limit: number }[];
  readonly network?: NetworkResources;
  readonly rdma?: Readonly<Record<string, { readonly hcaHandles?: number; readonly hcaObjects?: number }>>;
  /** Files of a v2 group by their names. */
  readonly unified?: Readonly<Record<string, string>>;
}

export interface DeviceRule {
  readonly allow: boolean;
  readonly type?: "a" | "b" | "c";
  readonly major?: number;
  readonly minor?: number;
  readonly access?: string;
}

export interface MemoryResources {
  readonly limit?: number;
  readonly reservation?: number;
  /** Memory and swap together. */
  readonly swap?: number;
  /** Of the kernel's memory; Linux 5.16 and later refuse it. */
  readonly kernel?: number;
  readonly kernelTCP?: number;
  readonly swappiness?: number;
  readonly disableOOMKiller?: boolean;
  /** Every kernel since 5.11 counts the groups below, whatever this says. */
  readonly useHierarchy?: boolean;
  /** Refuse a new limit below what is in use, instead of reclaiming and killing. */
  readonly checkBeforeUpdate?: boolean;
}

export interface CpuResources {
  readonly shares?: number;
  /** Microseconds in each period. */
  readonly quota?: number;
  /** Microseconds. */
  readonly burst?: number;
  /** Microseconds. */
  readonly period?: number;
  /** Microseconds; v1 only, of a kernel with CONFIG_RT_GROUP_SCHED. */
  readonly realtimeRuntime?: number;
  readonly realtimePeriod?: number;
  readonly cpus?: string;
  readonly mems?: string;
  /** 1: what others leave, as by SCHED_IDLE; 0: as usual. */
  readonly idle?: number;
}

export interface BlockIoResources {
  /** 10 to 1000. */
  readonly weight?: number;
  /** Of the CFQ scheduler alone, which Linux 5.0 removed. */
  readonly leafWeight?: number;
  readonly weightDevice?: readonly WeightDevice[];
  readonly throttleReadBpsDevice?: readonly ThrottleDevice[];
  readonly throttleWriteBpsDevice?: readonly ThrottleDevice[];
  readonly throttleReadIOPSDevice?: readonly ThrottleDevice[];
  readonly throttleWriteIOPSDevice?: readonly ThrottleDevice[];
}

export interface WeightDevice {
  readonly major: number;
  readonly minor: number;
  readonly weight?: number;
  readonly leafWeight?: number;
}

export interface ThrottleDevice {
  readonly major: number;
  readonly minor: number;
  /** Bytes or operations in a second. */
  readonly rate: number;
}

export interface NetworkResources {
  readonly classID?: number;
  readonly priorities?: readonly { readonly name: string; readonly priority: number }[];
}
