import { accessSync, constants, lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { isErrno } from "@wb/syscall";

/** What a copy of a directory is put together from, by paths in it: what is above comes first. */
export type RootPart = { readonly path: string } & (
  | { readonly kind: "overlay" | "directory"; readonly mode: number }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "copy"; readonly mode: number; readonly size: number }
  | { readonly kind: "bind" }
);

/**
 * Takes a directory apart at the mounts in it, which are no part of its copy. In a user namespace these are locked: an overlay
 * would show what they hide, so that the kernel refuses one whose layer has them in it (Linux 5.14, CVE-2021-3732). What has none
 * is one overlay; what has is a directory of such parts.
 *
 * @param mountPoints of the mount namespace
 */
export function rootParts(directory: string, mountPoints: readonly string[]): RootPart[] {
  const prefix = directory === "/" ? "/" : `${directory}/`;
  const covered = mountPoints.filter((path) => path.startsWith(prefix) && path !== prefix);
  return partsOf(
    directory,
    "",
    covered.map((path) => path.slice(prefix.length - 1)),
  );
}

/** @param covered paths in the root that have mounts: `/proc` */
function partsOf(root: string, path: string, covered: readonly string[]): RootPart[] {
  const stat = lstatSync(root === "/" && path !== "" ? path : `${root}${path}`, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  const mode = stat.mode & 0o7777;
  if (path !== "" && covered.includes(path)) {
    // What is covered cannot be seen: a place for what is mounted there again.
    return [stat.isDirectory() ? { kind: "directory", path, mode: 0o755 } : { kind: "copy", path, mode, size: 0 }];
  }
  if (!stat.isDirectory()) return fileParts(`${root === "/" ? "" : root}${path}`, path, stat);
  const below = covered.filter((other) => other.startsWith(`${path}/`));
  if (below.length === 0) return [{ kind: "overlay", path, mode }];
  const names = namesOf(`${root === "/" ? "" : root}${path}/`);
  return [
    { kind: "directory", path, mode },
    ...names.toSorted().flatMap((name) => partsOf(root, `${path}/${name}`, below)),
  ];
}

/** Bytes of a file that is worth a copy of its own, which can be changed; a larger one is shown read-only. */
const MOST_COPIED = 2 ** 20;

function fileParts(source: string, path: string, stat: Stats): RootPart[] {
  if (stat.isSymbolicLink()) return [{ kind: "link", path, target: readlinkSync(source) }];
  // What is a socket or a device has no copy.
  if (!stat.isFile()) return [];
  if (stat.size > MOST_COPIED || !isReadable(source)) return [{ kind: "bind", path }];
  // Without the bits that would make it a program of the container's root.
  return [{ kind: "copy", path, mode: stat.mode & 0o777, size: stat.size }];
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function namesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isErrno(error, "EACCES")) return [];
    throw error;
  }
}
