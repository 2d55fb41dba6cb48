import type { Current, Write } from "./controller.ts";

export interface KeyedValue {
  readonly key: string;
  readonly value: string;
  /** What is written for a key that the file does not have. */
  readonly none: string;
}

/** A line of a file of `key value` lines, cgroup-v2.rst, "Format": what takes it back is the key's line before. */
export function writeKeyed(file: string, { key, value, none }: KeyedValue, current: Current): Write {
  const lines = current(file)?.split("\n");
  const before = lines?.find((line) => line.startsWith(`${key} `)) ?? `${key} ${none}`;
  return { file, value: `${key} ${value}`, undo: lines === undefined ? [] : [{ file, value: before }] };
}
