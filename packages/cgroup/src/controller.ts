import { CgroupError } from "./error.ts";

/** A value for a file of a group. What stands before the file's first dot is the controller that it belongs to. */
export interface Write {
  readonly file: string;
  readonly value: string;
  /** What takes it back. Default: the file's content before, all of it. */
  readonly undo?: readonly Write[];
}

/** What a file of the group holds now; undefined: the kernel's default, or no such file. */
export type Current = (file: string) => string | undefined;

/**
 * A controller, cgroups(7), as pure functions: which files its limits go to on either version, in the order in which the
 * kernel takes them, and how its statistics are read back.
 */
export interface Controller<L, S> {
  readonly v1: Side<L, S>;
  /** Absent where only v1 has it. */
  readonly v2?: Side<L, S>;
}

/** A controller on one of the versions. */
export interface Side<L, S> {
  /** The kernel's name of it there: `blkio`, `io`. */
  readonly controller: string;
  readonly writes: (limits: L, current: Current) => readonly Write[];
  /** undefined where the group has no such controller. */
  readonly stats?: (current: Current) => S | undefined;
}

/** `[{ file, value }]`, or nothing for a limit that was not given. */
export function write(file: string, value: string | number | undefined): Write[] {
  return value === undefined ? [] : [{ file, value: String(value) }];
}

/** @throws CgroupError for what is not a whole number of that range */
export function checkRange(
  name: string,
  value: number | undefined,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min && value <= max)) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new CgroupError("WB_CGROUP_LIMIT", `${name} is ${value}; it must be a whole number ${range}`, {
    value: String(value),
  });
}

/** @throws CgroupError for a limit that only cgroup v1 has */
export function onlyOnV1(name: string, value: string | number | boolean | undefined): void {
  if (value === undefined) return;
  throw new CgroupError("WB_CGROUP_LIMIT", `${name} exists on cgroup v1 only, and its controller is on v2 here`, {
    value: String(value),
    hint: `leave ${name} away`,
  });
}

/** @throws CgroupError for a limit that only cgroup v2 has, unless it is what a group without it does anyway */
export function onlyOnV2<T extends string | number | boolean>(name: string, value: T | undefined, none: T): void {
  if (value === undefined || value === none) return;
  throw new CgroupError(
    "WB_CGROUP_LIMIT",
    `${name} exists on cgroup v2 only, and its controller is mounted as v1 here`,
    {
      value: String(value),
      hint: `leave ${name} away, or boot with cgroup_no_v1=all to have all controllers on v2`,
    },
  );
}
