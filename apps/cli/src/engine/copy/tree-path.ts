import { fstatSync, lstatSync, readlinkSync, type Stats } from "node:fs";
import { openInTree } from "@wb/image";
import { O } from "@wb/syscall";

/** A path in a tree: the name in the directory that has it. Disposing of it closes the directory. */
export interface TreePath extends Disposable {
  /** Open for reading. */
  readonly directory: number;
  /** Undefined for the directory itself: `/`, `.`, `..`. */
  readonly name: string | undefined;
  /** Undefined for what is not there. */
  readonly stat: Stats | undefined;
}

/**
 * Looks a path up in a tree, where no symbolic link leads out of it.
 *
 * @param follow whether a symbolic link at its end is followed
 * @returns undefined where the directory that would have it is not there, or is none
 */
export function treePath(root: number, path: string, follow: boolean): TreePath | undefined {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const { above, name } = split(at);
    const opened = openInTree(root, above, O.RDONLY | O.DIRECTORY);
    if (opened === undefined) return undefined;
    const found = { directory: opened.fd, name, [Symbol.dispose]: () => opened[Symbol.dispose]() };
    if (name === undefined) return { ...found, stat: fstatSync(opened.fd) };
    const place = placeOf(found);
    const stat = lstatSync(place, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() !== true || !follow) return { ...found, stat };
    const target = readlinkSync(place);
    opened[Symbol.dispose]();
    at = target.startsWith("/") ? target : `${above}/${target}`;
  }
  return undefined;
}

/** As the kernel has it, path_resolution(7). */
const MOST_LINKS = 40;

/** How node:fs reaches it: its last name is not followed by functions that do not follow. */
export function placeOf({ directory, name }: Pick<TreePath, "directory" | "name">): string {
  return name === undefined ? `/proc/self/fd/${directory}` : `/proc/self/fd/${directory}/${name}`;
}

function split(path: string): { readonly above: string; readonly name: string | undefined } {
  const plain = path.replace(/\/+$/, "");
  const end = plain.lastIndexOf("/");
  const name = plain.slice(end + 1);
  return name === "" || name === "." || name === ".."
    ? { above: plain, name: undefined }
    : { above: plain.slice(0, Math.max(end, 0)), name };
}
