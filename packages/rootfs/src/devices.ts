import {
  AT,
  call,
  type Instruction,
  ignoring,
  into,
  type Step,
  step,
  value,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  MOUNT_ATTR,
  S,
} from "@wb/syscall";
import { closing, openTarget } from "./in-root.ts";
import { moveTo } from "./mount.ts";

/** A device node of the container's /dev, mknod(2). */
export interface DeviceNode {
  /** Below /dev. */
  readonly path: string;
  readonly type: "c" | "b";
  readonly major: number;
  readonly minor: number;
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
const LINKS: readonly (readonly [name: string, target: string])[] = [
  ["fd", "/proc/self/fd"],
  ["stdin", "/proc/self/fd/0"],
  ["stdout", "/proc/self/fd/1"],
  ["stderr", "/proc/self/fd/2"],
  ["core", "/proc/kcore"],
  ["ptmx", "pts/ptmx"],
];

/**
 * The Step that gives the container a /dev of its own: a tmpfs with the default devices, more if named, and the usual
 * links. It is filled before it is mounted, by names in the detached mount, so that nothing in the image can redirect a
 * device (CVE-2026-41579: an image whose /dev is a symbolic link).
 */
export function defaultDev(devices: readonly DeviceNode[] = DEFAULT_DEVICES): Step {
  return step(
    "make /dev",
    [
      ...devTree("mount", devices, ROOT_USER),
      ...openTarget("/dev"),
      moveTo("mount", "target"),
      ...closing("target", "mount"),
    ],
    shellCommands(devices).join("\n"),
  );
}

/**
 * The Step that makes the same /dev without a place, in a cell, for `attachMount`: in a user namespace nobody makes device
 * nodes, mknod(2), so it has to be made by a process outside.
 *
 * @param owner whom all but the devices with an owner of their own belong to: the ids outside of the container's root
 */
export function detachedDev(
  cell: string,
  devices: readonly DeviceNode[] = DEFAULT_DEVICES,
  owner: Owner = ROOT_USER,
): Step {
  return step("make /dev, without a place yet", devTree(cell, devices, owner), shellCommands(devices).join("\n"));
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT_USER: Owner = { uid: 0, gid: 0 };

function devTree(cell: string, devices: readonly DeviceNode[], owner: Owner): Instruction[] {
  const { uid, gid } = owner;
  const options = { source: "tmpfs", mode: "755", size: "65536k", ...(uid === 0 && gid === 0 ? {} : { uid, gid }) };
  return [
    into("fs", call("fsopen", "tmpfs", FSOPEN.CLOEXEC)),
    ...Object.entries(options).map(([key, text]) =>
      call("fsconfig", value("fs"), FSCONFIG.SET_STRING, key, String(text), 0),
    ),
    call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
    into(cell, call("fsmount", value("fs"), FSMOUNT.CLOEXEC, MOUNT_ATTR.NOSUID)),
    ...closing("fs"),
    ...devices.flatMap((device) => makeNode(cell, device, owner)),
    ...LINKS.flatMap(([name, target]) => [call("symlinkat", target, value(cell), name), ...chown(cell, name, owner)]),
  ];
}

function shellCommands(devices: readonly DeviceNode[]): string[] {
  return [
    "mount -t tmpfs -o mode=755,size=65536k,nosuid tmpfs $ROOT/dev",
    ...devices.map(
      ({ path, type, major, minor, mode = 0o666 }) =>
        `mknod -m ${mode.toString(8)} $ROOT${path} ${type} ${major} ${minor}`,
    ),
  ];
}

function chown(cell: string, name: string, { uid, gid }: Owner): Instruction[] {
  return uid === 0 && gid === 0 ? [] : [call("fchownat", value(cell), name, uid, gid, AT.SYMLINK_NOFOLLOW)];
}

function makeNode(
  cell: string,
  { path, type, major, minor, mode = 0o666, uid, gid }: DeviceNode,
  owner: Owner,
): Instruction[] {
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
    call("mknodat", value(cell), name, (type === "c" ? S.IFCHR : S.IFBLK) | mode, deviceNumber(major, minor)),
    // Modes lose the bits of the umask when a name is made.
    call("fchmodat", value(cell), name, mode),
    ...chown(cell, name, { uid: uid ?? owner.uid, gid: gid ?? owner.gid }),
  ];
}

/** makedev(3), as the kernel's 32-bit `dev_t` for system calls has it. */
function deviceNumber(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0;
}
