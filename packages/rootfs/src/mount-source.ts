import {
  AT,
  AT_FDCWD,
  type Call,
  call,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  FSPICK,
  ignoring,
  type Instruction,
  into,
  MOUNT_ATTR,
  OPEN_TREE,
  type Value,
  value,
} from "@wb/syscall";
import { closing, openPlace } from "./in-root.ts";
import type { ParsedOptions } from "./mount-options.ts";
import { setattr } from "./mount-setattr.ts";
import type { Mount } from "./mount.ts";

/** A new mount of a file system, detached, in a cell. */
export function newFileSystem(
  cell: string,
  { type = "none", source = type }: Mount,
  { parsed, otherwise }: { readonly parsed: ParsedOptions; readonly otherwise: string | undefined },
): Instruction[] {
  const { set } = parsed;
  const refusable = (made: Call): Call => (otherwise === undefined ? made : ignoring(made, "EPERM"));
  const fallBack = (on: string): Instruction[] =>
    otherwise === undefined ? [] : [{ jump: "refused", when: { value: on, lessThan: 0 } }];
  return [
    into("fs", refusable(call("fsopen", type, FSOPEN.CLOEXEC))),
    ...fallBack("fs"),
    call("fsconfig", value("fs"), FSCONFIG.SET_STRING, "source", source, 0),
    // A device that cannot be written to is mounted only so. Others share their superblock: there the mount alone is read-only.
    ...(source.startsWith("/") && (set & MOUNT_ATTR.RDONLY) !== 0 ? [setOption("fs", "ro")] : []),
    ...[...parsed.superblock, ...parsed.data].map((word) => setOption("fs", word)),
    into("created", refusable(call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0))),
    ...fallBack("created"),
    into(cell, refusable(call("fsmount", value("fs"), FSMOUNT.CLOEXEC, set))),
    ...fallBack(cell),
    ...closing("fs"),
    ...(otherwise === undefined ? [] : boundInstead(cell, otherwise, parsed)),
  ];
}

/** Goes on here where the kernel says EPERM: the user namespace does not own what the file system would show. */
function boundInstead(cell: string, path: string, { set }: ParsedOptions): Instruction[] {
  const flags = OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | AT.RECURSIVE;
  return [
    { jump: "made" },
    { label: "refused" },
    ignoring(call("close", value("fs"))),
    into(cell, call("open_tree", AT_FDCWD, path, flags)),
    ...(set === 0 ? [] : [setattr(cell, { attr_set: set & ~MOUNT_ATTR._ATIME }, AT.RECURSIVE)]),
    { label: "made" },
  ];
}

/** Gives the file system that is mounted in a cell other options, as `mount -o remount` does. */
export function reconfigure(cell: string, { set, clear, superblock, data }: ParsedOptions): Instruction[] {
  const access = (set & MOUNT_ATTR.RDONLY) !== 0 ? ["ro"] : (clear & MOUNT_ATTR.RDONLY) !== 0 ? ["rw"] : [];
  const words = [...access, ...superblock, ...data];
  if (words.length === 0) return [];
  return [
    into("fs", call("fspick", value(cell), "", FSPICK.CLOEXEC | FSPICK.EMPTY_PATH)),
    ...words.map((word) => setOption("fs", word)),
    call("fsconfig", value("fs"), FSCONFIG.CMD_RECONFIGURE, null, null, 0),
    ...closing("fs"),
  ];
}

/** An option of the file system: a word is a flag, with `=` a string. A label of SELinux may be quoted, mount(8) "context=". */
function setOption(cell: string, word: string): Instruction {
  const equals = word.indexOf("=");
  if (equals === -1) return call("fsconfig", value(cell), FSCONFIG.SET_FLAG, word, null, 0);
  const key = word.slice(0, equals);
  const text = word.slice(equals + 1);
  const unquoted = key.endsWith("context") ? text.replace(/^"(.*)"$/u, "$1") : text;
  return call("fsconfig", value(cell), FSCONFIG.SET_STRING, key, unquoted, 0);
}

interface OpenedTreeOptions {
  readonly parsed: ParsedOptions;
  readonly idmap: Value | undefined;
  /** The source is a path in the container's root. */
  readonly sourceInRoot: boolean;
}

/**
 * A detached copy of the source's mount, with those below it for `rbind`. Options of a file system say nothing here: they are
 * left out, as mount(2) does with MS_BIND, on which configurations count.
 */
export function openedTree(
  cell: string,
  { source, destination }: Mount,
  { parsed, idmap, sourceInRoot }: OpenedTreeOptions,
): Instruction[] {
  const { bind, link } = parsed;
  if (source === undefined) throw new TypeError(`the bind mount on ${destination} has no source`);
  if (parsed.idmap !== undefined && idmap === undefined)
    throw new TypeError(`the mount on ${destination} is to have other owners: no user namespace says which`);
  const flags = OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC | (bind === "rbind" ? AT.RECURSIVE : 0);
  const owners = { attr_set: MOUNT_ATTR.IDMAP, ...(idmap === undefined ? {} : { userns_fd: idmap }) };
  const onLink = link === "mount";
  return [
    ...(sourceInRoot
      ? [
          ...openPlace(source, { into: "source", onLink }),
          into(cell, call("open_tree", value("source"), "", flags | AT.EMPTY_PATH)),
          ...closing("source"),
        ]
      : [into(cell, call("open_tree", AT_FDCWD, source, flags | (onLink ? AT.SYMLINK_NOFOLLOW : 0)))]),
    ...(idmap === undefined ? [] : [setattr(cell, owners, parsed.idmap === "ridmap" ? AT.RECURSIVE : 0)]),
  ];
}
