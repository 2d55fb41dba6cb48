import { type ByteString, textOf } from "../tar/byte-string.ts";
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

/** @throws Error for what cannot be told without the layers below: `redirect_dir` and `metacopy` make such */
export function upperFile(
  { path, stat, xattrs }: Pick<TreeFile, "path" | "stat" | "xattrs">,
  form: UpperForm,
): UpperFile {
  const own = new Map(
    xattrs.filter(([name]) => isOverlays(name, form)).map(([name, value]) => [name.slice(PREFIX[form].length), value]),
  );
  const missing = NEED_BELOW.find((name) => own.has(name));
  if (missing !== undefined)
    throw new Error(
      `${textOf(path)} has overlay's attribute \`${missing}\`: what it is, only the layers below can tell`,
    );
  if (stat.isCharacterDevice() && stat.rdev === 0n) return "whiteout";
  if (stat.isFile() && stat.size === 0n && own.has("whiteout")) return "whiteout";
  return stat.isDirectory() && own.get("opaque")?.toString() === "y" ? "opaque" : "plain";
}

/** Whether an attribute is overlay's own, of no one who sees the mounted tree. */
export function isOverlays(name: ByteString, form: UpperForm): boolean {
  return name.startsWith(PREFIX[form]);
}

const PREFIX: Readonly<Record<UpperForm, string>> = { overlay: "trusted.overlay.", userxattr: "user.overlay." };

const NEED_BELOW: readonly string[] = ["redirect", "metacopy"];
