import {
  AT,
  AT_FDCWD,
  type Call,
  call,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  type Instruction,
  into,
  MOVE_MOUNT,
  OPEN_TREE,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { closing, openTarget, type TargetKind } from "./in-root.ts";
import { type ParsedOptions, parseMountOptions } from "./mount-options.ts";
import { propagate, setAttributes } from "./mount-setattr.ts";

/** A mount as the OCI runtime-spec has it, config.md "Mounts", and as a line of fstab(5). */
export interface Mount {
  /** Where, inside the container's root. */
  readonly destination: string;
  /** A file system of /proc/filesystems; with `bind` or `rbind` among the options it says nothing. */
  readonly type?: string;
  /** A path of the host for a bind mount; a name for other file systems. */
  readonly source?: string;
  /** Words of mount(8): `ro`, `nosuid`, `rbind`, `rprivate`, `rro`; others go to the file system: `size=64m`. */
  readonly options?: readonly string[];
}

export interface MountStepOptions {
  /** What a bind mount's source is, which the place for it must be, too. Default `directory`. */
  readonly kind?: TargetKind;
}

/**
 * The Step that makes a mount inside the container's root, by the new mount API (Linux 5.2; attributes and propagation
 * 5.12): the mount is made detached, gets its attributes, and is only then moved to its place, which is a file descriptor
 * resolved in the root. At no time is there a writable mount that should be read-only. The place is made if it is missing.
 *
 * Equivalent to `mount -t TYPE -o OPTIONS SOURCE ROOT/DESTINATION`.
 */
export function mount(wanted: Mount, { kind = "directory" }: MountStepOptions = {}): Step {
  const { destination, type = "none", options = [] } = wanted;
  const parsed = parseMountOptions(options);
  const made = parsed.bind === undefined ? fileSystem(wanted, parsed) : openedTree(wanted, parsed);
  return step(
    describe(wanted, parsed),
    [
      ...made,
      ...setAttributes("mount", parsed),
      // A symbolic link at /proc or /sys would put them elsewhere (CVE-2023-27561).
      ...openTarget(destination, kind, { symlinks: !(type === "proc" || type === "sysfs") }),
      moveTo("mount", "target"),
      ...propagate("mount", parsed.propagation),
      ...closing("target", "mount"),
    ],
    shellCommand(wanted),
  );
}

/** move_mount(2) from one file descriptor to another; no path is looked up. */
export function moveTo(mountCell: string, targetCell: string): Call {
  return call(
    "move_mount",
    value(mountCell),
    "",
    value(targetCell),
    "",
    MOVE_MOUNT.F_EMPTY_PATH | MOVE_MOUNT.T_EMPTY_PATH,
  );
}

/** A new mount of a file system, detached, in the cell `mount`. */
function fileSystem({ type = "none", source = type }: Mount, { set, data }: ParsedOptions): Instruction[] {
  return [
    into("fs", call("fsopen", type, FSOPEN.CLOEXEC)),
    call("fsconfig", value("fs"), FSCONFIG.SET_STRING, "source", source, 0),
    ...data.map((word) => setOption(word)),
    call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
    into("mount", call("fsmount", value("fs"), FSMOUNT.CLOEXEC, set)),
    ...closing("fs"),
  ];
}

function setOption(word: string): Instruction {
  const equals = word.indexOf("=");
  if (equals === -1) return call("fsconfig", value("fs"), FSCONFIG.SET_FLAG, word, null, 0);
  return call("fsconfig", value("fs"), FSCONFIG.SET_STRING, word.slice(0, equals), word.slice(equals + 1), 0);
}

/** A detached copy of the source's mount, with those below it for `rbind`. */
function openedTree({ source, destination }: Mount, { bind, data }: ParsedOptions): Instruction[] {
  if (source === undefined) throw new TypeError(`the bind mount on ${destination} has no source`);
  if (data.length > 0)
    throw new TypeError(`a bind mount has no options of a file system: ${data.join(",")} on ${destination}`);
  const flags = OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | (bind === "rbind" ? AT.RECURSIVE : 0);
  return [into("mount", call("open_tree", AT_FDCWD, source, flags))];
}

function describe({ destination, source, type = "none" }: Mount, { bind, set, recursiveSet }: ParsedOptions): string {
  const readonly = ((set | recursiveSet) & 1) !== 0 ? ", read-only" : "";
  return bind === undefined
    ? `mount ${type} on ${destination}${readonly}`
    : `bind ${source} on ${destination}${readonly}`;
}

function shellCommand({ destination, type = "none", source = type, options = [] }: Mount): string {
  const words = options.length === 0 ? [] : ["-o", options.join(",")];
  const isBind = options.includes("bind") || options.includes("rbind");
  return ["mount", ...(isBind ? [] : ["-t", type]), ...words, source, `$ROOT${destination}`].join(" ");
}
