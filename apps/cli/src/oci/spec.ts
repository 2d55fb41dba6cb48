/** The part of the OCI runtime-spec that wb uses, https://github.com/opencontainers/runtime-spec/blob/main/config.md. */
import type { Mount } from "@wb/rootfs";
import type { OciCapabilities, Rlimit } from "@wb/security";
import type { Resources } from "./resources.ts";

export interface Spec {
  readonly ociVersion: string;
  readonly root: { readonly path: string; readonly readonly?: boolean };
  readonly hostname?: string;
  readonly process: SpecProcess;
  readonly mounts: readonly Mount[];
  readonly linux: SpecLinux;
}

export interface SpecProcess {
  readonly terminal?: boolean;
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids?: readonly number[] };
  readonly args: readonly [string, ...string[]];
  /** `NAME=value` */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly capabilities: OciCapabilities;
  readonly rlimits?: readonly Rlimit[];
  readonly noNewPrivileges?: boolean;
  readonly oomScoreAdj?: number;
}

export interface SpecLinux {
  readonly namespaces: readonly { readonly type: SpecNamespace }[];
  readonly cgroupsPath: string;
  readonly resources: Resources;
  /** The ids of the user namespace. */
  readonly uidMappings?: readonly SpecIdMapping[];
  readonly gidMappings?: readonly SpecIdMapping[];
  /** Nodes of /dev besides the default ones. */
  readonly devices?: readonly SpecDevice[];
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
}

export interface SpecIdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

/** The names that the specification has for namespaces. */
export type SpecNamespace = "pid" | "network" | "mount" | "ipc" | "uts" | "user" | "cgroup" | "time";

export interface SpecDevice {
  readonly path: string;
  readonly type: "c" | "b";
  readonly major: number;
  readonly minor: number;
  readonly fileMode?: number;
  readonly uid?: number;
  readonly gid?: number;
}
