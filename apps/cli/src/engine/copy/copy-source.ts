import type { Stats } from "node:fs";
import { basename } from "node:path";
import { openInTree } from "@wb/image";
import { O } from "@wb/syscall";
import { UserError } from "../../user-error.ts";
import { isOfKernel } from "./is-of-kernel.ts";
import { type TreePath, treePath } from "./tree-path.ts";

/** What is copied. Disposing of it closes its directory. */
export interface CopySource extends Pick<TreePath, "directory" | "name">, Disposable {
  readonly isDirectory: boolean;
  /** Whether what is in the directory is meant, not the directory itself: `PATH/.`. */
  readonly isContents: boolean;
  /** What it is called where it is copied into a directory. */
  readonly base: string;
}

export interface SourceOptions {
  /** Whether a symbolic link is followed: `-L`. */
  readonly follow: boolean;
  /** What is said when it is not there. */
  readonly missing: string;
}

/** @param path absolute @throws UserError for what is not there, or cannot be copied */
export function copySource(root: number, path: string, { follow, missing }: SourceOptions): CopySource {
  const isContents = path.endsWith("/.");
  const isSlashed = isContents || path.endsWith("/");
  const found = treePath(root, isContents ? path.slice(0, -1) : path, follow || isSlashed);
  if (found?.stat === undefined) {
    found?.[Symbol.dispose]();
    throw new UserError(missing);
  }
  try {
    check(path, { stat: found.stat, isSlashed });
    if (isShownByKernel(found)) throw new UserError(`${path}: what the kernel shows there are no files to be copied`);
  } catch (error) {
    found[Symbol.dispose]();
    throw error;
  }
  return {
    directory: found.directory,
    name: found.name,
    isDirectory: found.stat.isDirectory(),
    isContents: isContents || found.name === undefined,
    base: basename(path),
    [Symbol.dispose]: () => found[Symbol.dispose](),
  };
}

function isShownByKernel({ directory, name }: TreePath): boolean {
  using opened = openInTree(directory, name ?? ".", O.PATH | O.NOFOLLOW);
  return opened !== undefined && isOfKernel(opened.fd);
}

function check(path: string, { stat, isSlashed }: { readonly stat: Stats; readonly isSlashed: boolean }): void {
  if (isSlashed && !stat.isDirectory()) throw new UserError(`${path}: not a directory`);
  if (stat.isSocket()) throw new UserError(`${path}: a socket is nothing without its process, and is not copied`);
}
