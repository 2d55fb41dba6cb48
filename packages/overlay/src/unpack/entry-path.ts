import type { ByteString } from "../tar/byte-string.ts";

/** A path below the root as the names that lead to it, without a leading slash; empty for the root itself. */
export interface EntryPath {
  readonly path: ByteString;
  /** The directory that the last name is in; empty for the root. */
  readonly parent: ByteString;
  /** The last name; empty for the root. */
  readonly base: ByteString;
}

/**
 * What a name of an archive means: `./usr//bin/` is `usr/bin`, and an absolute name begins at the root too, as GNU tar and
 * docker have it. Undefined for a name with a component `..`, whatever it would lead to.
 *
 * @example
 * entryPath("./usr/bin/env"); // { path: "usr/bin/env", parent: "usr/bin", base: "env" }
 */
export function entryPath(name: ByteString): EntryPath | undefined {
  const names = name.split("/").filter((part) => part !== "" && part !== ".");
  if (names.includes("..")) return undefined;
  const base = names.at(-1) ?? "";
  const path = names.join("/");
  return { path, parent: path.slice(0, Math.max(0, path.length - base.length - 1)), base };
}
