import type { Volume } from "../volume.ts";

/** What `--mount` and `-v, --volume` ask for. */
export type MountOption = BindOption | VolumeOption | TmpfsOption | ImageOption;

/** A file or directory of the host. */
export interface BindOption extends Volume {
  readonly type: "bind";
  /** What is mounted below the source: there, and read-only with it where the kernel can; not there; writable; read-only or an error. */
  readonly recursive: "enabled" | "disabled" | "writable" | "readonly";
  /** Whether a source that is missing is made, as `-v` does. */
  readonly create: boolean;
}

/** A volume of the engine. */
export interface VolumeOption {
  readonly type: "volume";
  /** Undefined: a new one that nobody names. */
  readonly source: string | undefined;
  readonly destination: string;
  readonly readonly: boolean;
  /** Whether an empty volume stays so, instead of being filled with what the image has there. */
  readonly nocopy: boolean;
  /** A directory of the volume that is mounted instead of all of it. */
  readonly subpath: string | undefined;
  /** Of a volume that is made. */
  readonly labels: Readonly<Record<string, string>>;
  readonly driver: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}

/** A new file system in memory. */
export interface TmpfsOption {
  readonly type: "tmpfs";
  readonly destination: string;
  readonly readonly: boolean;
  /** Bytes; undefined: half of the memory. */
  readonly size: number | undefined;
  /** Undefined: 1777. */
  readonly mode: number | undefined;
}

/** The files of an image, read-only. */
export interface ImageOption {
  readonly type: "image";
  readonly source: string;
  readonly destination: string;
  readonly subpath: string | undefined;
}

/** How mounts below spread, mount_namespaces(7). */
export const PROPAGATIONS: readonly string[] = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];
