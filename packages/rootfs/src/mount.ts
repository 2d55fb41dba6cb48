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
export function mount(wanted: Mount, { kind }: MountStepOptions = {}): Step {
  const parsed = parseMountOptions(wanted.options ?? []);
  return step(
    describe(wanted, parsed),
    [...made("mount", wanted, parsed), ...placed("mount", wanted, { kind, parsed })],
    shellCommand(wanted),
  );
}

/**
 * The Step that makes a mount without a place, in a cell: for a process that may make it, where another one, which may not,
 * then calls {@link attachMount}. One that is never attached goes with its file descriptor.
 */
export function detachedMount(cell: string, wanted: Mount): Step {
  const parsed = parseMountOptions(wanted.options ?? []);
  return step(`${describe(wanted, parsed)}, without a place yet`, made(cell, wanted, parsed), shellCommand(wanted));
}

/** The Step that gives the mount in a cell its place inside the container's root; of `wanted` only that and the propagation count. */
export function attachMount(cell: string, wanted: Mount, { kind }: MountStepOptions = {}): Step {
  const { destination, options = [] } = wanted;
  const parsed = parseMountOptions(options);
  return step(
    `move the mount to ${destination}`,
    placed(cell, wanted, { kind, parsed }),
    `mount --move … $ROOT${destination}`,
  );
}

function made(cell: string, wanted: Mount, parsed: ParsedOptions): Instruction[] {
  const opened = parsed.bind === undefined ? fileSystem(cell, wanted, parsed) : openedTree(cell, wanted, parsed);
  return [...opened, ...setAttributes(cell, parsed)];
}

function placed(
  cell: string,
  { destination, type }: Mount,
  { kind = "directory", parsed }: { readonly kind: TargetKind | undefined; readonly parsed: ParsedOptions },
): Instruction[] {
  return [
    // A symbolic link at /proc or /sys would put them elsewhere (CVE-2023-27561).
    ...openTarget(destination, kind, { symlinks: !(type === "proc" || type === "sysfs") }),
    moveTo(cell, "target"),
    ...propagate(cell, parsed.propagation),
    ...closing("target", cell),
  ];
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

/** A new mount of a file system, detached, in a cell. */
function fileSystem(
  cell: string,
  { type = "none", source = type }: Mount,
  { set, data }: ParsedOptions,
): Instruction[] {
  return [
    into("fs", call("fsopen", type, FSOPEN.CLOEXEC)),
    call("fsconfig", value("fs"), FSCONFIG.SET_STRING, "source", source, 0),
    ...data.map((word) => setOption(word)),
    call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
    into(cell, call("fsmount", value("fs"), FSMOUNT.CLOEXEC, set)),
    ...closing("fs"),
  ];
}

function setOption(word: string): Instruction {
  const equals = word.indexOf("=");
  if (equals === -1) return call("fsconfig", value("fs"), FSCONFIG.SET_FLAG, word, null, 0);
  return call("fsconfig", value("fs"), FSCONFIG.SET_STRING, word.slice(0, equals), word.slice(equals + 1), 0);
}

/** A detached copy of the source's mount, with those below it for `rbind`. */
function openedTree(cell: string, { source, destination }: Mount, { bind, data }: ParsedOptions): Instruction[] {
  if (source === undefined) throw new TypeError(`the bind mount on ${destination} has no source`);
  if (data.length > 0)
    throw new TypeError(`a bind mount has no options of a file system: ${data.join(",")} on ${destination}`);
  const flags = OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | (bind === "rbind" ? AT.RECURSIVE : 0);
  return [into(cell, call("open_tree", AT_FDCWD, source, flags))];
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
