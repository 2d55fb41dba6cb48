import {
  AT,
  type Call,
  call,
  ERRNO,
  ignoring,
  type Instruction,
  into,
  MOUNT_ATTR,
  MOVE_MOUNT,
  OPEN_TREE,
  type Step,
  step,
  type Value,
  value,
} from "@wb/syscall";
import { copyTree } from "./copy-up.ts";
import { closing, componentsOf, openPlace, openTarget, ROOT, type TargetKind } from "./in-root.ts";
import { keepLocked } from "./locked-attributes.ts";
import { type ParsedOptions, parseMountOptions } from "./mount-options.ts";
import { propagate, setAttributes, setattr } from "./mount-setattr.ts";
import { newFileSystem, openedTree, reconfigure } from "./mount-source.ts";
import { keepProc } from "./proc-mount.ts";

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
  /** What a bind mount's source is, which the place for it must be, too; `as mounted` finds it out. Default `directory`. */
  readonly kind?: TargetKind | "as mounted";
  /** The source of a bind mount is a path in the container's root, which an earlier mount may have made. Default false. */
  readonly sourceInRoot?: boolean;
  /**
   * Attributes that a bind mount does not take over from its source where its options have words for attributes, and not these: all
   * of `MOUNT_ATTR`'s is what mount(2) does with MS_REMOUNT. Those that a user namespace may not clear stay. Default 0.
   */
  readonly clears?: number;
  /**
   * The options of a bind mount may not take away what its source has, as where the user namespace makes it that only gets it,
   * mount_namespaces(7). Default false.
   */
  readonly locked?: boolean;
  /** A user namespace whose owners the files of a bind mount get, {@link idmap}; with the option `ridmap` those of the mounts below, too. */
  readonly idmap?: Value;
  /** A path of the host that is bound instead where the kernel refuses the file system: sysfs(5) without an own network namespace. */
  readonly otherwise?: string;
}

/**
 * The Step that makes a mount inside the container's root, by the new mount API (Linux 5.2; attributes and propagation
 * 5.12): the mount is made detached, gets its attributes, and is only then moved to its place, which is a file descriptor
 * resolved in the root. At no time is there a writable mount that should be read-only. The place is made if it is missing.
 *
 * With the option `remount` what is mounted there is changed; with `bind`, too, only the mount and not the file system.
 *
 * Equivalent to `mount -t TYPE -o OPTIONS SOURCE ROOT/DESTINATION`.
 */
export function mount(wanted: Mount, options: MountStepOptions = {}): Step {
  const parsed = parsedOptions(wanted);
  const body = parsed.remount
    ? remounted(wanted, parsed)
    : [...made("mount", wanted, { ...options, parsed }), ...placed("mount", wanted, { kind: options.kind, parsed })];
  return step(describe(wanted, parsed), body, shellCommand(wanted, options));
}

/**
 * The Step that makes a mount without a place, in a cell: for a process that may make it, where another one, which may not,
 * then calls {@link attachMount}. One that is never attached goes with its file descriptor.
 */
export function detachedMount(cell: string, wanted: Mount, options: Omit<MountStepOptions, "kind"> = {}): Step {
  const parsed = parsedOptions(wanted);
  return step(
    `${describe(wanted, parsed)}, without a place yet`,
    made(cell, wanted, { ...options, parsed }),
    shellCommand(wanted, options),
  );
}

/** The Step that gives the mount in a cell its place inside the container's root; of `wanted` only that and the propagation count. */
export function attachMount(cell: string, wanted: Mount, { kind }: Pick<MountStepOptions, "kind"> = {}): Step {
  const { destination } = wanted;
  const parsed = parsedOptions(wanted);
  return step(
    `move the mount to ${destination}`,
    [...(parsed.bind === undefined ? asNew(cell) : []), ...placed(cell, wanted, { kind, parsed })],
    `mount --move … $ROOT${destination}`,
  );
}

/** The options of a mount; the type `bind` says the same as the option. */
export function parsedOptions({ type, options = [] }: Mount): ParsedOptions {
  const parsed = parseMountOptions(options);
  return type === "bind" && parsed.bind === undefined ? { ...parsed, bind: "bind" } : parsed;
}

/**
 * mountinfo(5) lists mounts by when they were made (Linux 6.8): a copy that is made now stands where the order of the mounts has
 * it. EINVAL: a mount without a place cannot be copied before Linux 6.15, and one of another namespace's tree never.
 */
function asNew(cell: string): Instruction[] {
  const flags = AT.EMPTY_PATH | OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC;
  return [
    into("copy", ignoring(call("open_tree", value(cell), "", flags), "EINVAL")),
    { jump: "not copied", when: { value: "copy", equals: -ERRNO.EINVAL } },
    ...closing(cell),
    { assign: { address: cell }, to: value("copy"), plus: 0 },
    { label: "not copied" },
  ];
}

interface Making extends Omit<MountStepOptions, "kind"> {
  readonly parsed: ParsedOptions;
}

/** A mount without a place, with its attributes. */
function made(
  cell: string,
  wanted: Mount,
  { parsed, idmap, otherwise, sourceInRoot = false, clears = 0, locked = false }: Making,
): Instruction[] {
  const opened =
    parsed.bind === undefined
      ? newFileSystem(cell, wanted, { parsed: parsed.copyUp ? writable(parsed) : parsed, otherwise })
      : openedTree(cell, wanted, { parsed, idmap, sourceInRoot });
  return [
    ...opened,
    ...(locked && parsed.bind !== undefined ? keepLocked(cell, wanted.destination, parsed) : []),
    ...clearOthers(cell, parsed, clears),
    ...setAttributes(cell, parsed),
  ];
}

function clearOthers(cell: string, { bind, set, clear }: ParsedOptions, clears: number): Instruction[] {
  const others = clears & ~(set | clear);
  if (bind === undefined || (set | clear) === 0 || others === 0) return [];
  return [ignoring(setattr(cell, { attr_clr: others }), "EPERM")];
}

function writable(parsed: ParsedOptions): ParsedOptions {
  return { ...parsed, set: parsed.set & ~MOUNT_ATTR.RDONLY };
}

/** Moves it to its place. */
function placed(
  cell: string,
  { destination, type }: Mount,
  { kind = "directory", parsed }: { readonly kind: MountStepOptions["kind"]; readonly parsed: ParsedOptions },
): Instruction[] {
  if (parsed.copyUp && type !== "tmpfs") throw new TypeError(`only a tmpfs can have tmpcopyup: ${destination} is none`);
  const isRoot = componentsOf(destination).length === 0;
  return [
    ...openTarget(destination, kind === "as mounted" ? { like: cell } : kind, {
      onLink: parsed.onLink,
      // A symbolic link at /proc or /sys would put them elsewhere (CVE-2023-27561).
      symlinks: !(type === "proc" || type === "sysfs"),
    }),
    ...(parsed.copyUp ? [...copyTree("target", cell), ...setAttributes(cell, { ...parsed, remount: true })] : []),
    ...keepProc(cell, { destination, isBind: parsed.bind !== undefined, type }),
    moveTo(cell, "target"),
    ...propagate(cell, parsed.propagation),
    ...(isRoot ? [...closing(ROOT), newRoot(cell), ...closing("target")] : closing("target", cell)),
  ];
}

/** What is mounted on the root is the root from now on: the file descriptor of the old one shows what is below. */
function newRoot(cell: string): Instruction {
  return { assign: { address: ROOT }, to: value(cell), plus: 0 };
}

function remounted({ destination }: Mount, parsed: ParsedOptions): Instruction[] {
  return [
    ...openPlace(destination),
    ...(parsed.bind === undefined ? reconfigure("target", parsed) : []),
    ...setAttributes("target", parsed),
    ...propagate("target", parsed.propagation),
    ...closing("target"),
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

function describe(
  { destination, source, type = "none" }: Mount,
  { bind, remount, set, recursiveSet }: ParsedOptions,
): string {
  const readonly = ((set | recursiveSet) & MOUNT_ATTR.RDONLY) !== 0 ? ", read-only" : "";
  if (remount) return `change the mount on ${destination}${readonly}`;
  return bind === undefined
    ? `mount ${type} on ${destination}${readonly}`
    : `bind ${source} on ${destination}${readonly}`;
}

function shellCommand(
  { destination, type = "none", source = type, options = [] }: Mount,
  { sourceInRoot = false }: MountStepOptions,
): string {
  const words = options.length === 0 ? [] : ["-o", options.join(",")];
  const isBind = options.includes("bind") || options.includes("rbind");
  return [
    "mount",
    ...(isBind ? [] : ["-t", type]),
    ...words,
    sourceInRoot ? `$ROOT${source}` : source,
    `$ROOT${destination}`,
  ].join(" ");
}
