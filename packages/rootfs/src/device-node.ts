import { AT, call, type Instruction, ignoring, S, value } from "@wb/syscall";

/** A device node of the container, mknod(2), as `linux.devices` of the OCI runtime-spec has it. */
export interface DeviceNode {
  readonly path: string;
  /** Character devices are `c` or `u`, block devices `b`, FIFOs `p`, which have no numbers. */
  readonly type: "c" | "u" | "b" | "p";
  /** Default 0. */
  readonly major?: number;
  readonly minor?: number;
  /** Permission bits. Default 0o666. */
  readonly mode?: number;
  /** Default 0. */
  readonly uid?: number;
  readonly gid?: number;
}

/** The devices that every OCI container has, runtime-spec config-linux.md "Default Devices"; their numbers are in null(4), random(4) and tty(4). */
export const DEFAULT_DEVICES: readonly DeviceNode[] = [
  { path: "/dev/null", type: "c", major: 1, minor: 3 },
  { path: "/dev/zero", type: "c", major: 1, minor: 5 },
  { path: "/dev/full", type: "c", major: 1, minor: 7 },
  { path: "/dev/random", type: "c", major: 1, minor: 8 },
  { path: "/dev/urandom", type: "c", major: 1, minor: 9 },
  { path: "/dev/tty", type: "c", major: 5, minor: 0 },
];

/** The links that programs expect, runtime-spec config-linux.md "Dev symbolic links". */
export const DEVICE_LINKS: readonly (readonly [name: string, target: string])[] = [
  ["fd", "/proc/self/fd"],
  ["stdin", "/proc/self/fd/0"],
  ["stdout", "/proc/self/fd/1"],
  ["stderr", "/proc/self/fd/2"],
  ["core", "/proc/kcore"],
  ["ptmx", "pts/ptmx"],
];

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export const ROOT_USER: Owner = { uid: 0, gid: 0 };

/** The file type of a node, inode(7). */
export function fileType({ type }: DeviceNode): number {
  return { c: S.IFCHR, u: S.IFCHR, b: S.IFBLK, p: S.IFIFO }[type];
}

/** The permission bits of a node. */
export function permissions({ mode = 0o666 }: DeviceNode): number {
  return mode & 0o7777;
}

/** makedev(3), as the kernel's 32-bit `dev_t` for system calls has it. */
export function deviceNumber({ type, major = 0, minor = 0 }: DeviceNode): number {
  return type === "p" ? 0 : ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** The mknod(1) that makes a node. */
export function mknodCommand(device: DeviceNode): string {
  const { path, type, major = 0, minor = 0 } = device;
  const numbers = type === "p" ? "" : ` ${major} ${minor}`;
  return `mknod -m ${permissions(device).toString(8)} $ROOT${path} ${type}${numbers}`;
}

/** Makes the node of a device below /dev in a file system that nobody else has seen: its names lead nowhere else. */
export function makeNode(cell: string, device: DeviceNode, owner: Owner): Instruction[] {
  const { path, uid = owner.uid, gid = owner.gid } = device;
  const names = path.replace(/^\/dev\//, "").split("/");
  if (!path.startsWith("/dev/") || names.some((name) => name === "" || name === "." || name === "..")) {
    throw new TypeError(`${JSON.stringify(path)} is no device below /dev`);
  }
  const parents = names.slice(0, -1).map((_, depth) => names.slice(0, depth + 1).join("/"));
  const name = names.join("/");
  return [
    ...parents.flatMap((parent) => [
      ignoring(call("mkdirat", value(cell), parent, 0o755), "EEXIST"),
      call("fchmodat", value(cell), parent, 0o755),
      ...chown(cell, parent, owner),
    ]),
    call("mknodat", value(cell), name, fileType(device) | permissions(device), deviceNumber(device)),
    // Modes lose the bits of the umask when a name is made.
    call("fchmodat", value(cell), name, permissions(device)),
    ...chown(cell, name, { uid, gid }),
  ];
}

export function chown(cell: string, name: string, { uid, gid }: Owner): Instruction[] {
  return uid === 0 && gid === 0 ? [] : [call("fchownat", value(cell), name, uid, gid, AT.SYMLINK_NOFOLLOW)];
}
