import {
  AT,
  type Call,
  call,
  type Instruction,
  MOUNT_ATTR,
  mountAttr,
  MS,
  pointer,
  type Step,
  step,
  type Value,
  value,
} from "@wb/syscall";
import type { ParsedOptions } from "./mount-options.ts";

/** mount_setattr(2) on a mount's file descriptor: what `options` ask of it, and of those below it. None if they ask nothing. */
export function setAttributes(
  cell: string,
  { set, clear, recursiveSet, recursiveClear, bind, remount }: ParsedOptions,
): Instruction[] {
  // fsmount(2) has set the attributes of a new file system's mount already.
  const isNew = bind === undefined && !remount;
  const own = isNew || (set | clear) === 0 ? [] : [setattr(cell, { attr_set: set, attr_clr: clearedWith(set, clear) })];
  const all =
    (recursiveSet | recursiveClear) === 0
      ? []
      : [setattr(cell, { attr_set: recursiveSet, attr_clr: recursiveClear }, AT.RECURSIVE)];
  return [...own, ...all];
}

/**
 * What mount(2) clears of a mount that is there, on which configurations count, do_reconfigure_mnt() and path_mount() of
 * fs/namespace.c: a flag of access times replaces all of them, and without one they stay as they are.
 */
function clearedWith(set: number, clear: number): number {
  const times = MOUNT_ATTR._ATIME | MOUNT_ATTR.NODIRATIME;
  const named = (set & times) !== 0 || (clear & MOUNT_ATTR._ATIME) !== 0;
  return named ? clear | times : clear & ~times;
}

/** Changes the propagation of a mount, `mount --make-rprivate`; MS_REC takes those below it with it. */
export function propagate(cell: string, changes: readonly number[]): Instruction[] {
  return changes.map((propagation) =>
    setattr(cell, { propagation: propagation & ~MS.REC }, (propagation & MS.REC) === 0 ? 0 : AT.RECURSIVE),
  );
}

/**
 * The Step that gives the mount in a cell the ids of a user namespace: what belongs to user 0 on disk belongs to the
 * namespace's root there, mount_setattr(2) "ID-mapped mounts". The mount has no place yet.
 *
 * Since Linux 5.12 for ext4, FAT and XFS, 5.15 for btrfs, 5.19 as a layer of an overlay, 6.3 for tmpfs. EINVAL: this file
 * system has none; an overlay itself never has.
 *
 * Equivalent to `mount -o X-mount.idmap=/proc/PID/ns/user`.
 */
export function idmap(cell: string, userNamespace: Value): Step {
  return step(
    "give its files the owners that they have in the user namespace",
    [setattr(cell, { attr_set: MOUNT_ATTR.IDMAP, userns_fd: userNamespace })],
    "mount -o remount,X-mount.idmap=/proc/PID/ns/user …",
  );
}

/** mount_setattr(2) on a file descriptor. Since Linux 5.12. */
export function setattr(
  cell: string,
  fields: { attr_set?: number; attr_clr?: number; propagation?: number; userns_fd?: Value },
  flags = 0,
): Call {
  return call("mount_setattr", value(cell), "", AT.EMPTY_PATH | flags, pointer(mountAttr, fields), mountAttr.size);
}
