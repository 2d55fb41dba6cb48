import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openInTree } from "@wb/image";
import { O } from "@wb/syscall";
import { UserError } from "../../user-error.ts";
import type { CopySource } from "./copy-source.ts";
import { placeOf, type TreePath, treePath } from "./tree-path.ts";

/** Where something is copied to. Disposing of it closes the directory. */
export interface CopyTarget extends Disposable {
  /** An open one. */
  readonly directory: number;
  /** What it is called there; undefined where what is in the source goes into the directory. */
  readonly name: string | undefined;
}

/**
 * The place for a copy, as cp(1) and docker-cp(1) find it: what is there as a directory gets it, what is there as a file is replaced, and what
 * is not there is its name.
 *
 * @param path absolute
 * @throws UserError in docker's words
 */
export function copyTarget(
  root: number,
  path: string,
  source: Pick<CopySource, "isDirectory" | "isContents" | "base">,
): CopyTarget {
  using found = treePath(root, path, true);
  if (found === undefined) throw new UserError(`${path}: no such directory`);
  const { stat, name } = found;
  const isSlashed = /\/\.?$/.test(path);
  if (stat?.isDirectory() === true) return inside(path, opened(found, name), source);
  if (stat !== undefined) {
    if (source.isDirectory) throw new UserError(`cannot copy a directory to ${path}, which is a file`);
    if (isSlashed) throw new UserError(`${path}: not a directory`);
  } else if (isSlashed && !source.isDirectory) throw new UserError(`${path}: no such directory`);
  if (!source.isContents) return { ...opened(found, undefined), name };
  mkdirSync(placeOf(found), { mode: 0o755 });
  return { ...opened(found, name), name: undefined };
}

function inside(
  path: string,
  directory: Opened,
  { isContents, isDirectory, base }: Parameters<typeof copyTarget>[2],
): CopyTarget {
  if (isContents) return { ...directory, name: undefined };
  using there = treePath(directory.directory, base, false);
  const stat = there?.stat;
  if (stat === undefined || stat.isDirectory() === isDirectory) return { ...directory, name: base };
  directory[Symbol.dispose]();
  throw new UserError(
    isDirectory
      ? `cannot overwrite non-directory ${join(path, base)} with a directory`
      : `cannot overwrite directory ${join(path, base)} with a non-directory`,
  );
}

type Opened = Pick<CopyTarget, "directory"> & Disposable;

/** A name in the directory, or it itself. */
function opened({ directory }: TreePath, name = "."): Opened {
  const found = openInTree(directory, name, O.RDONLY | O.DIRECTORY);
  if (found === undefined) throw new UserError(`${name} is no directory any more`);
  return { directory: found.fd, [Symbol.dispose]: () => found[Symbol.dispose]() };
}
