import {
  address,
  AT,
  AT_FDCWD,
  call,
  ignoring,
  type Instruction,
  into,
  memory,
  O,
  OPEN_TREE,
  STATX,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { DEVICE_LINKS, type DeviceNode, deviceNumber, fileType, mknodCommand, permissions } from "./device-node.ts";
import { closing, openTarget, splitPath } from "./in-root.ts";
import { moveTo } from "./mount.ts";
import { refuse } from "./proc-mount.ts";

/**
 * The Step that makes a device node anywhere in the container's root, which the image and others may have filled: `linux.devices`
 * outside of /dev, or where /dev is none of our own. Its directory is resolved in the root, and made if it is missing. A name
 * that is taken is left as it is, as runc does.
 */
export function deviceNode(device: DeviceNode): Step {
  const { directory, name } = splitPath(device.path);
  const { uid = 0, gid = 0 } = device;
  const mode = fileType(device) | permissions(device);
  return step(
    `make the device ${device.path}`,
    [
      ...openTarget(directory),
      // The mode cannot be changed later by a name that may be a link by then.
      into("umask", call("umask", 0)),
      into("made", ignoring(call("mknodat", value("target"), name, mode, deviceNumber(device)), "EEXIST")),
      call("umask", value("umask")),
      ...(uid === 0 && gid === 0
        ? []
        : [
            { jump: "taken", when: { value: "made", lessThan: 0 } },
            into("node", call("openat", value("target"), name, O.PATH | O.NOFOLLOW | O.CLOEXEC, 0)),
            ...refuseUnless("node", device),
            call("fchownat", value("node"), "", uid, gid, AT.EMPTY_PATH),
            ...closing("node"),
            { label: "taken" },
          ]),
      ...closing("target"),
    ],
    mknodCommand(device),
  );
}

/**
 * The Step that shows the host's node of a device in the container, for a user namespace, where nobody makes nodes. What is
 * at the path on the host is checked to be that device.
 */
export function boundDevice(device: DeviceNode): Step {
  const { path } = device;
  const flags = OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.SYMLINK_NOFOLLOW;
  return step(
    `bind the device ${path}`,
    [
      into("mount", call("open_tree", AT_FDCWD, path, flags)),
      ...refuseUnless("mount", device),
      ...openTarget(path, "file"),
      moveTo("mount", "target"),
      ...closing("target", "mount"),
    ],
    `mount --bind ${path} $ROOT${path}`,
  );
}

/** The Step that makes the usual links in a /dev that is none of our own: a name that is taken stays, /dev/ptmx aside. */
export function deviceLinks(): Step {
  return step(
    "make the links of /dev",
    [
      ...openTarget("/dev"),
      ignoring(call("unlinkat", value("target"), "ptmx", 0), "ENOENT", "EISDIR"),
      ...DEVICE_LINKS.map(([name, target]) => ignoring(call("symlinkat", target, value("target"), name), "EEXIST")),
      ...closing("target"),
    ],
    DEVICE_LINKS.map(([name, target]) => `ln -s ${target} $ROOT/dev/${name}`).join("\n"),
  );
}

/** `struct statx`, linux/stat.h: its size, the mode, and the number of the device that a node stands for. */
const STX = { size: 256, mode: 28, rdev_major: 128 } as const;

function refuseUnless(cell: string, device: DeviceNode): Instruction[] {
  const { path, type, major = 0, minor = 0 } = device;
  const number = type === "p" ? 0n : BigInt(major) | (BigInt(minor) << 32n);
  const refusal = refuse(`${path} is not the device ${type === "p" ? "p" : `${type} ${major}:${minor}`} here`);
  return [
    memory("statx", STX.size),
    call("statx", value(cell), "", AT.EMPTY_PATH, STATX.TYPE, address("statx")),
    { jump: "type", when: { value: "statx", offset: STX.mode, mask: 0o170_000n, equals: fileType(device) } },
    refusal,
    { label: "type" },
    { jump: "number", when: { value: "statx", offset: STX.rdev_major, equals: number } },
    refusal,
    { label: "number" },
  ];
}
