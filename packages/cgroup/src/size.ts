import { CgroupError } from "./error.ts";

/** Bytes: a number, or a text such as `"512m"` and `"1.5g"` in powers of 1024. `"max"`: no limit. */
export type Size = number | "max" | `${number}${"b" | "k" | "m" | "g" | "t" | "p"}`;

/** Powers of 1024 that docker and the kernel write with a letter. */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/**
 * A size in bytes as docker reads it (go-units RAMInBytes): `64m`, `1.5g`, `512KiB`, `100`; undefined for what is none.
 *
 * @example
 * parseSize("64m"); // 67108864
 */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+) ?([bkmgtp]?)(?:i?b)?$/i.exec(text);
  const unit = UNITS[match?.[2]?.toLowerCase() ?? "none"];
  if (match?.[1] === undefined || unit === undefined) return undefined;
  const bytes = Math.floor(Number(match[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * The bytes of a limit.
 *
 * @throws CgroupError naming the limit and the value, for what is no size
 */
export function bytesOf<T extends Size | undefined>(name: string, size: T): Bytes<T>;
export function bytesOf(name: string, size: Size | undefined): number | "max" | undefined {
  if (size === undefined || size === "max") return size;
  const bytes = typeof size === "number" ? size : parseSize(size);
  if (bytes !== undefined && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  throw new CgroupError(
    "WB_CGROUP_LIMIT",
    `${name} is ${size}; it must be a whole number of at least 0, a size such as 512m or 1.5g, or max`,
    { value: String(size) },
  );
}

type Bytes<T> = number | "max" | (T extends undefined ? undefined : never);
