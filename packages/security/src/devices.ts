/** A rule of the device controller in the shape of OCI's `linux.resources.devices`: of two that fit, the later one decides. */
export interface DeviceRule {
  readonly allow: boolean;
  /** Character or block device. Default: both. */
  readonly type?: "a" | "b" | "c";
  /** Default: any. */
  readonly major?: number;
  /** Default: any. */
  readonly minor?: number;
  /** Some of `r`ead, `w`rite and `m`knod. */
  readonly access: string;
}

/** What docker writes into the OCI configuration of a container, before the devices of `--device`. */
export const DOCKER_DEVICE_RULES: readonly DeviceRule[] = [
  { allow: false, access: "rwm" },
  character(1, 5), // zero
  character(1, 3), // null
  character(1, 9), // urandom
  character(1, 8), // random
  character(5, 0), // tty
  character(5, 1), // console
  { allow: false, type: "c", major: 10, minor: 229, access: "rwm" }, // fuse
];

/** What runc adds after the configuration's own rules, whatever these say: they can be made stricter by no configuration. */
export const RUNTIME_DEVICE_RULES: readonly DeviceRule[] = [
  { allow: true, type: "c", access: "m" }, // a node that can be made but not opened does no harm
  { allow: true, type: "b", access: "m" },
  character(1, 3), // null
  character(1, 8), // random
  character(1, 7), // full
  character(5, 0), // tty
  character(1, 5), // zero
  character(1, 9), // urandom
  { allow: true, type: "c", major: 136, access: "rwm" }, // pts/*
  character(5, 2), // ptmx
];

/** What `--privileged` writes. */
export const PRIVILEGED_DEVICE_RULES: readonly DeviceRule[] = [{ allow: true, access: "rwm" }];

/** A device node in the shape of OCI's `linux.devices`. */
export interface DeviceNode {
  readonly path: string;
  readonly type: "b" | "c" | "p" | "u";
  readonly major: number;
  readonly minor: number;
  /** Permissions. */
  readonly fileMode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The nodes that every container has, config-linux.md#default-devices; /dev/ptmx and /dev/console are no nodes. */
export const DEFAULT_DEVICES: readonly DeviceNode[] = [
  node("/dev/null", 1, 3),
  node("/dev/zero", 1, 5),
  node("/dev/full", 1, 7),
  node("/dev/random", 1, 8),
  node("/dev/urandom", 1, 9),
  node("/dev/tty", 5, 0),
];

function character(major: number, minor: number): DeviceRule {
  return { allow: true, type: "c", major, minor, access: "rwm" };
}

function node(path: string, major: number, minor: number): DeviceNode {
  return { path, type: "c", major, minor, fileMode: 0o666, uid: 0, gid: 0 };
}
