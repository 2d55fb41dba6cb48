/**
 * `config.json` of a container on Linux: the OCI runtime-spec 1.3,
 * https://github.com/opencontainers/runtime-spec/blob/main/config.md. What the specification makes optional is optional here.
 */
import type { Mount } from "@wb/rootfs";
import type { SpecHooks } from "./spec-hooks.ts";
import type { SpecIdMapping, SpecLinux } from "./spec-linux.ts";
import type { SpecProcess } from "./spec-process.ts";

export interface Spec {
  readonly ociVersion: string;
  readonly root?: SpecRoot;
  readonly hostname?: string;
  /** The NIS domain. */
  readonly domainname?: string;
  /** A container can be created without one, but not started. */
  readonly process?: SpecProcess;
  readonly mounts?: readonly SpecMount[];
  readonly hooks?: SpecHooks;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux?: SpecLinux;
}

export interface SpecRoot {
  /** From the bundle, where it is not absolute. */
  readonly path: string;
  readonly readonly?: boolean;
}

export interface SpecMount extends Mount {
  /** The ids of an idmapped mount, as in a user namespace of its own. Linux 5.12. */
  readonly uidMappings?: readonly SpecIdMapping[];
  readonly gidMappings?: readonly SpecIdMapping[];
}
