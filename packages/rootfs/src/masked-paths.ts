import {
  AT,
  AT_FDCWD,
  call,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  type Instruction,
  into,
  memory,
  MOUNT_ATTR,
  OPEN_TREE,
  S,
  STATX,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { closing, openExisting } from "./in-root.ts";
import { setattr } from "./mount-setattr.ts";
import { moveTo } from "./mount.ts";

/**
 * The Step that hides a path of the container's root: an empty read-only tmpfs on a directory, /dev/null on anything else.
 * A path that is not there is passed over, as the OCI runtime-spec wants of `maskedPaths`.
 *
 * /dev/null is the host's, and checked to be the null device before it masks anything: a file in its place would give the
 * container what should be hidden, or let it write there (CVE-2025-31133).
 */
export function maskedPath(path: string): Step {
  return step(
    `hide ${path}`,
    [
      ...openExisting(path, "nothing"),
      ...statx("target"),
      { jump: "directory", when: { value: "statx", offset: STX.mode, mask: S_IFMT, equals: S.IFDIR } },
      into("mount", call("open_tree", AT_FDCWD, "/dev/null", OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
      ...refuseUnlessNull,
      // Read-only: it is the host's, whose mode and owner root in the container could change.
      setattr("mount", { attr_set: MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID | MOUNT_ATTR.NOEXEC }),
      moveTo("mount", "target"),
      ...closing("mount"),
      { jump: "hidden" },
      { label: "directory" },
      into("fs", call("fsopen", "tmpfs", FSOPEN.CLOEXEC)),
      ...Object.entries({ nr_inodes: "1", mode: "0555" }).map(([key, text]) =>
        call("fsconfig", value("fs"), FSCONFIG.SET_STRING, key, text, 0),
      ),
      call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
      into(
        "mount",
        call(
          "fsmount",
          value("fs"),
          FSMOUNT.CLOEXEC,
          MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC,
        ),
      ),
      moveTo("mount", "target"),
      ...closing("fs", "mount"),
      { label: "hidden" },
      ...closing("target"),
      { label: "nothing" },
    ],
    `mount --bind -o ro /dev/null $ROOT${path} || mount -t tmpfs -o ro,nosuid,nodev,noexec tmpfs $ROOT${path}`,
  );
}

/** The Step that makes a path of the container's root read-only, with what is mounted below; one that is not there is passed over. */
export function readonlyPath(path: string): Step {
  return step(
    `make ${path} read-only`,
    [
      ...openExisting(path, "nothing"),
      into(
        "mount",
        call("open_tree", value("target"), "", AT.EMPTY_PATH | OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.RECURSIVE),
      ),
      setattr("mount", { attr_set: MOUNT_ATTR.RDONLY }, AT.RECURSIVE),
      moveTo("mount", "target"),
      ...closing("mount", "target"),
      { label: "nothing" },
    ],
    `mount --rbind $ROOT${path} $ROOT${path} && mount -o remount,bind,ro $ROOT${path}`,
  );
}

/** Offsets in `struct statx`, linux/stat.h: the mode, and the device number that a device node stands for. */
const STX = { size: 256, mode: 28, rdev_major: 128 } as const;

/** Major 1 and minor 3, the two ints from `stx_rdev_major` on as one word, null(4). */
const NULL_DEVICE = (3n << 32n) | 1n;

/** The file type in a mode, inode(7). */
const S_IFMT = 0xf000n;

function statx(cell: string): Instruction[] {
  return [memory("statx", STX.size), call("statx", value(cell), "", AT.EMPTY_PATH, STATX.TYPE, { address: "statx" })];
}

/** A call that always fails, for no file descriptor is -1: its path is what the error says. */
const refuse = call("openat", -1, "the null device (1:3) is not what /dev/null is here", 0, 0);

const refuseUnlessNull: readonly Instruction[] = [
  ...statx("mount"),
  { jump: "number", when: { value: "statx", offset: STX.mode, mask: S_IFMT, equals: S.IFCHR } },
  refuse,
  { label: "number" },
  { jump: "null", when: { value: "statx", offset: STX.rdev_major, equals: NULL_DEVICE } },
  refuse,
  { label: "null" },
];
