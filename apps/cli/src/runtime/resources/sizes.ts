import { parseSize, type Size } from "@wb/cgroup";
import { UserError } from "../../user-error.ts";

/** A number of the specification: negative is no limit, 0 and none leave it as it is. */
export function fromOci(value: number | undefined): number | "max" | undefined {
  if (value === undefined || value === 0) return undefined;
  return value < 0 ? "max" : value;
}

/** Back again. */
export function toOci(size: Size | undefined): number | undefined {
  if (size === undefined) return undefined;
  return size === "max" ? -1 : typeof size === "number" ? size : parseSize(size);
}

/** An object without the properties that are undefined; undefined itself when none is left. */
export function given<T extends object>(properties: T): { [K in keyof T]?: Exclude<T[K], undefined> } | undefined {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return entries.length === 0
    ? undefined
    : (Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> });
}

/** A record, or undefined for an empty one. */
export function some<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> | undefined {
  return Object.keys(record).length === 0 ? undefined : record;
}

/** The error for a limit that an OCI configuration cannot have. */
export function noWord(limit: string): UserError {
  return new UserError(`linux.resources of an OCI configuration has no word for ${limit}`);
}
