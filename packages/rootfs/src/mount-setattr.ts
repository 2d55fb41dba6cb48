import { AT, call, type Instruction, mountAttr, MS, pointer, value } from "@wb/syscall";
import type { ParsedOptions } from "./mount-options.ts";

/** mount_setattr(2) on a mount's file descriptor: what `options` ask of it, and of those below it. None if they ask nothing. */
export function setAttributes(
  cell: string,
  { set, clear, recursiveSet, recursiveClear, bind }: ParsedOptions,
): Instruction[] {
  // fsmount(2) has set the attributes of a new file system's mount already.
  const own = bind === undefined || (set | clear) === 0 ? [] : [setattr(cell, { attr_set: set, attr_clr: clear })];
  const all =
    (recursiveSet | recursiveClear) === 0
      ? []
      : [setattr(cell, { attr_set: recursiveSet, attr_clr: recursiveClear }, AT.RECURSIVE)];
  return [...own, ...all];
}

/** Sets the propagation of a mount, `mount --make-rprivate`; MS_REC takes those below it with it. */
export function propagate(cell: string, propagation: number): Instruction[] {
  if (propagation === 0) return [];
  return [setattr(cell, { propagation: propagation & ~MS.REC }, (propagation & MS.REC) === 0 ? 0 : AT.RECURSIVE)];
}

/** mount_setattr(2) on a file descriptor. Since Linux 5.12. */
export function setattr(
  cell: string,
  fields: { attr_set?: number; attr_clr?: number; propagation?: number },
  flags = 0,
): Instruction {
  return call("mount_setattr", value(cell), "", AT.EMPTY_PATH | flags, pointer(mountAttr, fields), mountAttr.size);
}
