import { LANDLOCK_ACCESS_FS, LANDLOCK_ACCESS_NET, LANDLOCK_SCOPE } from "@wb/syscall";

/** The three kinds of rights of a ruleset, by their names in the annotation. */
export type RightsKind = "handledAccessFS" | "handledAccessNet" | "scoped";

/** A right by the name of the kernel, without its prefix and in lower case. */
export interface Right {
  readonly bit: number;
  /** The first ABI of Landlock that has it. */
  readonly abi: number;
}

/** All rights that have a name here, landlock(7). */
export const RIGHTS: Readonly<Record<RightsKind, Readonly<Record<string, Right>>>> = {
  handledAccessFS: rights(LANDLOCK_ACCESS_FS, 1, { REFER: 2, TRUNCATE: 3, IOCTL_DEV: 5 }),
  handledAccessNet: rights(LANDLOCK_ACCESS_NET, 4),
  scoped: rights(LANDLOCK_SCOPE, 6),
};

/** Several rights in a word. */
export const GROUPS: Readonly<Record<RightsKind, Readonly<Record<string, readonly string[]>>>> = {
  handledAccessFS: {
    all: Object.keys(RIGHTS.handledAccessFS),
    read_execute: ["execute", "read_file", "read_dir"],
    read_write: Object.keys(RIGHTS.handledAccessFS).filter((name) => name !== "execute"),
  },
  handledAccessNet: { all: Object.keys(RIGHTS.handledAccessNet) },
  scoped: { all: Object.keys(RIGHTS.scoped) },
};

/** The rights that a rule on anything but a directory may allow; the kernel refuses others (EINVAL). */
export const FILE_RIGHTS: readonly string[] = ["execute", "write_file", "read_file", "truncate", "ioctl_dev"];

/** The kernel that has an ABI, landlock(7) "VERSIONS". */
export const KERNELS: Readonly<Record<number, string>> = {
  1: "5.13",
  2: "5.19",
  3: "6.2",
  4: "6.7",
  5: "6.10",
  6: "6.12",
};

function rights(
  table: Readonly<Record<string, number>>,
  first: number,
  later: Readonly<Record<string, number>> = {},
): Readonly<Record<string, Right>> {
  return Object.fromEntries(
    Object.entries(table).map(([name, bit]) => [name.toLowerCase(), { bit, abi: later[name] ?? first }]),
  );
}
