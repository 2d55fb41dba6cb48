import {
  AT,
  AT_FDCWD,
  call,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  ignoring,
  type Instruction,
  into,
  memory,
  MOUNT_ATTR,
  OPEN_TREE,
  type Program,
  S,
  STATX,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { closing, openExisting } from "./in-root.ts";
import { setattr } from "./mount-setattr.ts";
import { moveTo } from "./mount.ts";
import { refuse } from "./proc-mount.ts";

/**
 * The Step that hides a path of the container's root: an empty read-only tmpfs on a directory, /dev/null on anything else.
 * A path that is not there is passed over, as the OCI runtime-spec wants of `maskedPaths`.
 *
 * /dev/null is the host's, and checked to be the null device before it masks anything: a file in its place would give the
 * container what should be hidden, or let it write there (CVE-2025-31133).
 */
export function maskedPath(path: string): Step {
  return hide(path, { onDirectory: "mount", onFile: "mount", end: closing("mount") });
}

/** The Steps that hide several: all directories show one tmpfs, which is quicker to make than one for each. */
export function maskedPaths(paths: readonly string[]): Program {
  if (paths.length === 0) return [];
  const cells = { onDirectory: "empty directory", onFile: "null device" };
  return [
    ...paths.map((path) => hide(path, { ...cells, end: [] })),
    step("close what hid them", [...ends(cells.onDirectory), ...ends(cells.onFile)]),
  ];
}

interface Hiding {
  /** The cells of what hides a directory or a file: where one holds a mount already, a copy of it is mounted. */
  readonly onDirectory: string;
  readonly onFile: string;
  readonly end: readonly Instruction[];
}

function hide(path: string, { onDirectory, onFile, end }: Hiding): Step {
  const isShared = end.length === 0;
  return step(
    `hide ${path}`,
    [
      ...openExisting(path, "nothing"),
      ...statx("target"),
      { jump: "directory", when: { value: "statx", offset: STX.mode, mask: S_IFMT, equals: S.IFDIR } },
      ...(isShared ? copyOf(onFile) : []),
      ...nullDevice(onFile),
      { jump: "hidden" },
      { label: "directory" },
      ...(isShared ? copyOf(onDirectory) : []),
      ...emptyDirectory(onDirectory),
      { label: "hidden" },
      ...end,
      { label: "covered" },
      ...closing("target"),
      { label: "nothing" },
    ],
    `mount --bind -o ro /dev/null $ROOT${path} || mount -t tmpfs -o ro,nosuid,nodev,noexec tmpfs $ROOT${path}`,
  );
}

/** Mounts a copy of the mount in a cell, which has its place already and keeps its attributes. */
function copyOf(cell: string): Instruction[] {
  const none = `no ${cell} yet`;
  return [
    { jump: none, when: { value: cell, lessThan: 0 } },
    into("mount", call("open_tree", value(cell), "", AT.EMPTY_PATH | OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
    moveTo("mount", "target"),
    ...closing("mount"),
    { jump: "covered" },
    { label: none },
  ];
}

function nullDevice(cell: string): Instruction[] {
  return [
    into(cell, call("open_tree", AT_FDCWD, "/dev/null", OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
    ...refuseUnlessNull(cell),
    // Read-only: it is the host's, whose mode and owner root in the container could change.
    setattr(cell, { attr_set: MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID | MOUNT_ATTR.NOEXEC }),
    moveTo(cell, "target"),
  ];
}

function emptyDirectory(cell: string): Instruction[] {
  const attributes = MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC;
  return [
    into("fs", call("fsopen", "tmpfs", FSOPEN.CLOEXEC)),
    ...Object.entries({ nr_inodes: "1", mode: "0555" }).map(([key, text]) =>
      call("fsconfig", value("fs"), FSCONFIG.SET_STRING, key, text, 0),
    ),
    call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
    into(cell, call("fsmount", value("fs"), FSMOUNT.CLOEXEC, attributes)),
    moveTo(cell, "target"),
    ...closing("fs"),
  ];
}

/** Without a path of that kind there is nothing to close; afterwards the cell holds nothing again. */
function ends(cell: string): Instruction[] {
  return [ignoring(call("close", value(cell)), "EBADF"), { assign: { address: cell }, to: -1 }];
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

function refuseUnlessNull(cell: string): readonly Instruction[] {
  const refusal = refuse("the null device (1:3) is not what /dev/null is here");
  return [
    ...statx(cell),
    { jump: "number", when: { value: "statx", offset: STX.mode, mask: S_IFMT, equals: S.IFCHR } },
    refusal,
    { label: "number" },
    { jump: "null", when: { value: "statx", offset: STX.rdev_major, equals: NULL_DEVICE } },
    refusal,
    { label: "null" },
  ];
}
