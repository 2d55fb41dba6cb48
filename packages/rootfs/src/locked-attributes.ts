import { address, call, type Instruction, memory, MOUNT_ATTR, value } from "@wb/syscall";
import type { ParsedOptions } from "./mount-options.ts";
import { refuse } from "./proc-mount.ts";

/**
 * Refuses options that take an attribute from a mount that its source has. A user namespace may not do that with what it was
 * given, mount_namespaces(7) "Restrictions on mount namespaces"; who made the copy outside of it may, so that it has to look.
 */
export function keepLocked(cell: string, destination: string, { set, clear }: ParsedOptions): Instruction[] {
  const cleared = LOCKED.filter(([attribute]) => (clear & attribute) !== 0);
  const times = accessTimes(set, clear);
  if (cleared.length === 0 && times === undefined) return [];
  return [
    memory("statfs", STATFS.size),
    call("fstatfs", value(cell), address("statfs")),
    ...cleared.flatMap(([, word, flag]) => unless(flag, 0, `the source of ${destination} is ${word}`)),
    ...(times === undefined ? [] : unless(TIMES, times, `the source of ${destination} has other access times`)),
  ];
}

/** The bits of `f_flags` that cannot be as wanted; the refusal says what a user namespace may not. */
function unless(mask: number, wanted: number, what: string): Instruction[] {
  const label = `may ${mask}`;
  return [
    { jump: label, when: { value: "statfs", offset: STATFS.flags, mask: BigInt(mask), equals: wanted } },
    refuse(`${what}, which a user namespace may not change: operation not permitted`),
    { label },
  ];
}

/** What the options make of access times, in bits of `f_flags`. Undefined: they say nothing of them. */
function accessTimes(set: number, clear: number): number | undefined {
  if ((set & MOUNT_ATTR.NODIRATIME) === 0 && (clear & MOUNT_ATTR._ATIME) === 0) return undefined;
  const times = { [MOUNT_ATTR.NOATIME]: ST.NOATIME, [MOUNT_ATTR.STRICTATIME]: 0 }[set & MOUNT_ATTR._ATIME];
  return (times ?? ST.RELATIME) | ((set & MOUNT_ATTR.NODIRATIME) === 0 ? 0 : ST.NODIRATIME);
}

/** linux/statfs.h */
const ST = { RDONLY: 1, NOSUID: 2, NODEV: 4, NOEXEC: 8, NOATIME: 0x400, NODIRATIME: 0x800, RELATIME: 0x1000 } as const;

const TIMES = ST.NOATIME | ST.NODIRATIME | ST.RELATIME;

const LOCKED: readonly (readonly [attribute: number, word: string, flag: number])[] = [
  [MOUNT_ATTR.RDONLY, "ro", ST.RDONLY],
  [MOUNT_ATTR.NOSUID, "nosuid", ST.NOSUID],
  [MOUNT_ATTR.NODEV, "nodev", ST.NODEV],
  [MOUNT_ATTR.NOEXEC, "noexec", ST.NOEXEC],
];

/** `struct statfs` of 64-bit machines, asm-generic/statfs.h. */
const STATFS = { size: 120, flags: 80 } as const;
