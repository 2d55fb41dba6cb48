import type { ByteString } from "../tar/byte-string.ts";
import type { Xattrs } from "./file-xattrs.ts";
import type { TreeFile } from "./tree.ts";

/** Whose attributes say what files of an upper directory are: `trusted.overlay.…`, or with the option `userxattr` `user.overlay.…`. */
export type UpperForm = "overlay" | "userxattr";

/** What a file of an upper directory is to overlay. */
export type UpperFile =
  /** It hides a name of the layers below. */
  | "whiteout"
  /** A directory that hides all that is in it below. */
  | "opaque"
  | "plain";

/** What a file is to the overlay whose upper directory, or layer, it is in. */
export function upperFile({ stat, xattrs }: Pick<TreeFile, "stat" | "xattrs">, form: UpperForm): UpperFile {
  const own = overlays(xattrs, form);
  if (stat.isCharacterDevice() && stat.rdev === 0n) return "whiteout";
  if (stat.isFile() && stat.size === 0n && own.has("whiteout")) return "whiteout";
  return stat.isDirectory() && own.get("opaque")?.toString() === "y" ? "opaque" : "plain";
}

/** The attribute that says that a file is not whole without the layers below: of `redirect_dir` and `metacopy`. */
export function needOfBelow({ xattrs }: Pick<TreeFile, "xattrs">, form: UpperForm): string | undefined {
  const own = overlays(xattrs, form);
  return ["redirect", "metacopy"].find((name) => own.has(name));
}

function overlays(xattrs: Xattrs, form: UpperForm): ReadonlyMap<ByteString, Buffer> {
  const own = xattrs.filter(([name]) => isOverlays(name, form));
  return new Map(own.map(([name, value]) => [name.slice(PREFIX[form].length), value]));
}

/** Whether an attribute is overlay's own, of no one who sees the mounted tree. */
export function isOverlays(name: ByteString, form: UpperForm): boolean {
  return name.startsWith(PREFIX[form]);
}

const PREFIX: Readonly<Record<UpperForm, string>> = { overlay: "trusted.overlay.", userxattr: "user.overlay." };
