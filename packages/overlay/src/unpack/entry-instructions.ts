import { address, call, ignoring, type Instruction, into, O, S, value } from "@wb/syscall";
import { pathArgument } from "../tar/byte-string.ts";
import type { TarEntry, TarType } from "../tar/tar-entry.ts";
import { type AttributeOptions, fileAttributes, nameAttributes, xattrCalls } from "./attributes.ts";
import { CELL, closing } from "./cells.ts";
import { openInRoot } from "./open-in-root.ts";
import type { Pending } from "./pending.ts";

/** The cell with the sum of what write(2) wrote. */
export const WRITTEN = "written";

/**
 * The calls that make an entry in the directory of the cell `directory`. Names are made by calls that never follow a
 * symbolic link and fail where the name is taken: what is there is removed first, by {@link repair}.
 */
export function entryInstructions(pending: Pending, options: AttributeOptions): readonly Instruction[] {
  return pending.whiteout ?? KINDS[pending.entry.type](pending, options);
}

/** Opens a new file; its bytes and attributes are given later. */
export function openFile({ place }: Pending): Instruction {
  const flags = O.WRONLY | O.CREAT | O.EXCL | O.NOFOLLOW | O.CLOEXEC;
  return into(CELL.file, call("openat", value(CELL.directory), pathArgument(place.base), flags, 0o600));
}

/** Gives the open file its attributes and closes it. */
export function closeFile(entry: TarEntry, options: AttributeOptions): Instruction[] {
  return [...fileAttributes(entry, options), closing("file")];
}

const KINDS: Readonly<Record<TarType, (pending: Pending, options: AttributeOptions) => Instruction[]>> = {
  file: (pending, options) => [
    openFile(pending),
    ...(pending.content.length === 0 ? [] : writing(pending.content)),
    ...closeFile(pending.entry, options),
  ],
  directory,
  symlink: (pending, options) => [
    call("symlinkat", pathArgument(pending.entry.linkname), value(CELL.directory), pathArgument(pending.place.base)),
    ...nameAttributes({ entry: pending.entry, base: pending.place.base }, options),
  ],
  link,
  fifo: (pending, options) => node(S.IFIFO, pending, options),
  "character-device": (pending, options) => node(S.IFCHR, pending, options),
  "block-device": (pending, options) => node(S.IFBLK, pending, options),
};

/** That nothing was cut short is seen from the sum. */
function writing(content: Buffer): Instruction[] {
  return [
    into("wrote", call("write", value(CELL.file), content, content.length)),
    { assign: address(WRITTEN), to: value(WRITTEN), plus: value("wrote") },
  ];
}

/** Its owner, mode and times are given when nothing more is made in it: {@link finishDirectories}. */
function directory({ entry, place }: Pending, options: AttributeOptions): Instruction[] {
  const name = pathArgument(place.base);
  const open = call("openat", value(CELL.directory), name, O.RDONLY | O.DIRECTORY | O.NOFOLLOW | O.CLOEXEC, 0);
  const xattrs = xattrCalls(earlyXattrs(entry.xattrs), options);
  return [
    into("made", ignoring(call("mkdirat", value(CELL.directory), name, 0o700), "EEXIST")),
    // One that is there stays; anything else that is there is refused by O_DIRECTORY.
    ...(xattrs.length === 0 ? [{ jump: "made", when: { value: "made", equals: 0 } }] : []),
    into(CELL.file, open),
    ...xattrs,
    closing("file"),
    { label: "made" },
  ];
}

/** An access list of a directory would be inherited by what is made in it. */
function earlyXattrs(xattrs: TarEntry["xattrs"]): TarEntry["xattrs"] {
  return xattrs.filter(([name]) => !name.startsWith("system."));
}

/** Flags 0: the link is to a symbolic link itself, not to what that leads to. */
function link({ place, source }: Pending): Instruction[] {
  // A name that is already its own other name.
  if (source === undefined || source.path === place.path) return [];
  const names = [pathArgument(source.base), value(CELL.directory), pathArgument(place.base)] as const;
  return [
    into(CELL.source, openInRoot(source.parent)),
    call("linkat", value(CELL.source), ...names, 0),
    closing("source"),
  ];
}

function node(type: number, { entry, place }: Pending, options: AttributeOptions): Instruction[] {
  if (type !== S.IFIFO && !options.privileged) return [];
  return [
    call("mknodat", value(CELL.directory), pathArgument(place.base), type | 0o600, deviceNumber(entry)),
    ...nameAttributes({ entry, base: place.base }, options),
  ];
}

/** `dev_t` as mknod(2) takes it, linux/kdev_t.h: new_encode_dev(). */
function deviceNumber({ type, devmajor, devminor }: TarEntry): number {
  if (type === "fifo") return 0;
  return ((devminor & 0xff) | (devmajor << 8) | ((devminor & 0xf_ff00) << 12)) >>> 0;
}
