import type { OciSeccomp } from "@wb/security";
import type { Resources } from "./resources.ts";

/** `linux` of a configuration, https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md. */
export interface SpecLinux {
  readonly namespaces?: readonly SpecNamespaceReference[];
  /** The ids of the user namespace. */
  readonly uidMappings?: readonly SpecIdMapping[];
  readonly gidMappings?: readonly SpecIdMapping[];
  /** Of the time namespace, by the clock. Linux 5.6. */
  readonly timeOffsets?: { readonly [Clock in "monotonic" | "boottime"]?: SpecTimeOffset };
  /** Nodes of /dev besides the default ones. */
  readonly devices?: readonly SpecDevice[];
  /** Network devices of the machine that move to the container, by their names there. */
  readonly netDevices?: Readonly<Record<string, { readonly name?: string }>>;
  /** A path below the cgroup mount, or `SLICE:PREFIX:NAME` with systemd. */
  readonly cgroupsPath?: string;
  readonly resources?: Resources;
  readonly rootfsPropagation?: RootfsPropagation;
  readonly seccomp?: OciSeccomp;
  readonly sysctl?: Readonly<Record<string, string>>;
  readonly maskedPaths?: readonly string[];
  readonly readonlyPaths?: readonly string[];
  /** The SELinux context of the container's mounts. */
  readonly mountLabel?: string;
  readonly intelRdt?: SpecIntelRdt;
  readonly memoryPolicy?: SpecMemoryPolicy;
  readonly personality?: { readonly domain: "LINUX" | "LINUX32"; readonly flags?: readonly string[] };
}

export interface SpecNamespaceReference {
  readonly type: SpecNamespace;
  /** That of another process, to be joined: `/proc/PID/ns/KIND`. Default: a new one. */
  readonly path?: string;
}

/** The names that the specification has for namespaces. */
export type SpecNamespace = "pid" | "network" | "mount" | "ipc" | "uts" | "user" | "cgroup" | "time";

export interface SpecIdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

export interface SpecTimeOffset {
  readonly secs?: number;
  readonly nanosecs?: number;
}

export interface SpecDevice {
  /** Absolute. */
  readonly path: string;
  /** `u` is as `c`, and `p` a FIFO. */
  readonly type: "c" | "b" | "u" | "p";
  /** Of all but a FIFO. */
  readonly major?: number;
  readonly minor?: number;
  readonly fileMode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** The specification has those without `r` alone; docker also writes those of the whole tree. */
export type RootfsPropagation = `${"" | "r"}${"shared" | "slave" | "private" | "unbindable"}`;

/** resctrl of Intel processors: Documentation/filesystems/resctrl.rst. */
export interface SpecIntelRdt {
  readonly closID?: string;
  /** Lines of the file `schemata`. */
  readonly schemata?: readonly string[];
  readonly l3CacheSchema?: string;
  readonly memBwSchema?: string;
  readonly enableMonitoring?: boolean;
}

/** set_mempolicy(2) */
export interface SpecMemoryPolicy {
  readonly mode: MemoryPolicyMode;
  /** A list of NUMA nodes: `0-1,3`. */
  readonly nodes?: string;
  readonly flags?: readonly MemoryPolicyFlag[];
}

export type MemoryPolicyMode =
  | "MPOL_DEFAULT"
  | "MPOL_BIND"
  | "MPOL_INTERLEAVE"
  | "MPOL_WEIGHTED_INTERLEAVE"
  | "MPOL_PREFERRED"
  | "MPOL_PREFERRED_MANY"
  | "MPOL_LOCAL";

export type MemoryPolicyFlag = "MPOL_F_NUMA_BALANCING" | "MPOL_F_RELATIVE_NODES" | "MPOL_F_STATIC_NODES";
