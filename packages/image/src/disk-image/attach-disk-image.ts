import {
  address,
  AT_FDCWD,
  call,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  ignoring,
  type Instruction,
  into,
  LO_FLAGS,
  LOOP,
  LOOP_CTL,
  loopConfig,
  memory,
  MOUNT_ATTR,
  O,
  type Program,
  runInChild,
  S,
  step,
  value,
} from "@wb/syscall";
import type { DiskImageType } from "./root-file.ts";

/** The cell with the mount: a file descriptor for move_mount(2), or to open paths in. */
export const DISK_IMAGE = "disk image";

/**
 * The Steps that mount a disk image, read-only, nowhere: the mount has a file descriptor and no name, and nothing in any
 * mount namespace shows it. The loop device goes with the last user of the mount, also when all of them are killed
 * (LO_FLAGS_AUTOCLEAR). They change the working directory: {@link attachDiskImage} runs them where that is no matter.
 *
 * loop(4); LOOP_CONFIGURE is since Linux 5.8.
 *
 * Equivalent to `mount -t TYPE -o loop,ro IMAGE …`.
 */
export function diskImageSteps(path: string, type: DiskImageType): Program {
  return [
    step("make a place for the device's node, that only this process sees", detached("tmpfs", "nodes", [])),
    step(
      `attach ${path} to a loop device, read-only`,
      [
        into("image", call("openat", AT_FDCWD, path, O.RDONLY | O.CLOEXEC, 0)),
        into("control", call("openat", AT_FDCWD, "/dev/loop-control", O.RDWR | O.CLOEXEC, 0)),
        memory("config", Buffer.from(loopConfig.encode({ lo_flags: LO_FLAGS.READ_ONLY | LO_FLAGS.AUTOCLEAR }))),
        { assign: address("config"), to: value("image") },
        { label: "next device" },
        into("number", call("ioctl", value("control"), LOOP_CTL.GET_FREE, 0)),
        ...deviceNumber,
        // /dev may have no node of it: in docker's containers it is no devtmpfs.
        call("mknodat", value("nodes"), NODE, S.IFBLK | 0o600, value("device number")),
        into("loop", call("openat", value("nodes"), NODE, O.RDONLY | O.CLOEXEC, 0)),
        // Somebody else may have taken it meanwhile.
        into("configured", ignoring(call("ioctl", value("loop"), LOOP.CONFIGURE, address("config")), "EBUSY")),
        { jump: "attached", when: { value: "configured", equals: 0 } },
        call("close", value("loop")),
        { assign: address("loop"), to: -1 },
        call("unlinkat", value("nodes"), NODE, 0),
        { jump: "next device" },
        { label: "attached" },
      ],
      `losetup --read-only --find --show ${path}`,
    ),
    step(
      `mount its ${type} file system, read-only, without a place`,
      [
        // The only way to name a device is a path.
        call("fchdir", value("nodes")),
        ...detached(type, DISK_IMAGE, [
          call("fsconfig", value(`fs of ${DISK_IMAGE}`), FSCONFIG.SET_STRING, "source", NODE, 0),
          call("fsconfig", value(`fs of ${DISK_IMAGE}`), FSCONFIG.SET_FLAG, "ro", null, 0),
        ]),
      ],
      `mount -t ${type} -o ro /dev/loopN …`,
    ),
    step("close what the mount needs no more, and itself when there is none", [
      { jump: "mounted" },
      { label: FAILED },
      ignoring(call("close", value(DISK_IMAGE))),
      { label: "mounted" },
      ...OPENED.map((cell) => ignoring(call("close", value(cell)))),
    ]),
  ];
}

/**
 * Mounts a disk image, read-only, and returns the mount's file descriptor: the caller closes it, and what was mounted from it
 * goes with its own mount namespace. See {@link diskImageSteps}.
 *
 * @throws SyscallError ENOENT from openat where the kernel has no loop devices, EPERM without privileges, EINVAL from fsconfig
 * for a broken file system
 */
export function attachDiskImage(path: string, type: DiskImageType): number {
  return runInChild(diskImageSteps(path, type), { onError: FAILED }).number(DISK_IMAGE);
}

const NODE = "loop";
const FAILED = "after a failed call";
const OPENED = ["nodes", "fs of nodes", "image", "control", "loop", `fs of ${DISK_IMAGE}`];

/** A new file system's mount, without a place. */
function detached(type: string, cell: string, configure: readonly Instruction[]): Instruction[] {
  const fs = `fs of ${cell}`;
  const attributes = cell === DISK_IMAGE ? MOUNT_ATTR.RDONLY : 0;
  return [
    into(fs, call("fsopen", type, FSOPEN.CLOEXEC)),
    ...configure,
    call("fsconfig", value(fs), FSCONFIG.CMD_CREATE, null, null, 0),
    into(cell, call("fsmount", value(fs), FSMOUNT.CLOEXEC, attributes)),
  ];
}

const MAJOR = 7;

/** `dev_t` as mknod(2) takes it, from a minor number: its low 8 bits, the major number, and its other bits 12 further up. */
const deviceNumber: readonly Instruction[] = [
  { assign: address("high"), to: value("number", 0, 0xf_ff00n) },
  ...Array.from({ length: 12 }, (): Instruction => ({
    assign: address("high"),
    to: value("high"),
    plus: value("high"),
  })),
  { assign: address("device number"), to: value("number", 0, 0xffn), plus: MAJOR << 8 },
  { assign: address("device number"), to: value("device number"), plus: value("high") },
];
