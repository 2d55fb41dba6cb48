import { AT, AT_FDCWD, call, ignoring, FSCONFIG, FSMOUNT, FSOPEN, type Instruction, into, memory, MOUNT_ATTR, OPEN_TREE, STATX, type Step, step, value } from "@wb/syscall";
import { closing, openExisting } from "./in-root.ts";
import { moveTo } from "./mount.ts";
import { setattr } from "./mount-setattr.ts";

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
      into("mount", call("open_tree", AT_FDCWD, "/dev/null", OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
      ...checkNull,
      into("moved", ignoring(moveTo("mount", "target"), "ENOTDIR")),
      ...closing("mount"),
      { jump: "hidden", when: { value: "moved", equals: 0 } },
      into("fs", call("fsopen", "tmpfs", FSOPEN.CLOEXEC)),
      ...["size=0", "nr_inodes=1", "mode=0555"].map((word) => {
        const [key = word, text = ""] = word.split("=");
        return call("fsconfig", value("fs"), FSCONFIG.SET_STRING, key, text, 0);
      }),
      call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
      into("mount", call("fsmount", value("fs"), FSMOUNT.CLOEXEC, MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC)),
      moveTo("mount", "target"),
      ...closing("fs", "mount"),
      { label: "hidden" },
      ...closing("target"),
      { label: "nothing" },
    ],
    `mount --bind /dev/null $ROOT${path} || mount -t tmpfs -o ro,nosuid,nodev,noexec tmpfs $ROOT${path}`,
  );
}

/** The Step that makes a path of the container's root read-only, with what is mounted below; one that is not there is passed over. */
export function readonlyPath(path: string): Step {
  return step(
    `make ${path} read-only`,
    [
      ...openExisting(path, "nothing"),
      into("mount", call("open_tree", value("target"), "", AT.EMPTY_PATH | OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.RECURSIVE)),
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

const checkNull: readonly Instruction[] = [
  memory("statx", STX.size),
  call("statx", value("mount"), "", AT.EMPTY_PATH, STATX.TYPE, { address: "statx" }),
  { jump: "null", when: { value: "statx", offset: STX.rdev_major, equals: NULL_DEVICE } },
  // Not the null device: end with EBADF rather than mask with something else.
  call("fchdir", -1),
  { label: "null" },
  { jump: "character", when: { value: "statx", offset: STX.mode, mask: 0xf000n, equals: 0x2000 } },
  call("fchdir", -1),
  { label: "character" },
];
