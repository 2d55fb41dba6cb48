import type { ByteString } from "../tar/byte-string.ts";

/** What the last name of an entry in a layer says of the layers below: nothing, for most. */
export type Whiteout =
  /** There is no such name, whatever is below. */
  | { readonly kind: "removed"; readonly name: ByteString }
  /** Nothing of what is below is in its directory. */
  | { readonly kind: "opaque" }
  /** AUFS's own files. */
  | { readonly kind: "internal" };

/**
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
 *
 * @example
 * whiteoutOf(".wh.newfile"); // { kind: "removed", name: "newfile" }
 */
export function whiteoutOf(base: ByteString): Whiteout | undefined {
  if (!base.startsWith(PREFIX)) return undefined;
  if (base === OPAQUE) return { kind: "opaque" };
  if (base.startsWith(INTERNAL)) return { kind: "internal" };
  return { kind: "removed", name: base.slice(PREFIX.length) };
}

/** What stands before a name that is removed. */
const PREFIX = ".wh.";

/** The name that makes its directory opaque. */
const OPAQUE = ".wh..wh..opq";

const INTERNAL = ".wh..wh.";
