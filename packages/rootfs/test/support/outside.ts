import { mkdirSync, openSync, closeSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@wb/testing";
import type { MountInfo } from "../../src/index.ts";

/** A directory of the host that no container may reach. */
export interface Outside extends Disposable {
  readonly path: string;
  /** An open file descriptor of its directory `dir`. */
  readonly fd: number;
  /** All that is in it, with modes and contents. */
  readonly listing: () => string[];
}

export function outside(): Outside {
  const directory = temporaryDirectory("wb-outside-");
  const { path } = directory;
  mkdirSync(join(path, "dir/below"), { recursive: true });
  writeFileSync(join(path, "file"), "of the host");
  const fd = openSync(join(path, "dir"), "r");
  return {
    path,
    fd,
    listing: () => list(path),
    [Symbol.dispose]: () => {
      closeSync(fd);
      directory[Symbol.dispose]();
    },
  };
}

function list(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .toSorted()
    .map((name) => {
      const path = join(directory, name);
      const stat = statSync(path);
      return `${name} ${stat.mode.toString(8)} ${stat.ino} ${stat.isFile() ? readFileSync(path, "utf8") : ""}`;
    });
}

/** The places of mounts that are not below a root, and are more than there were. */
export function mountedOutside(root: string, mounts: readonly MountInfo[], before: readonly MountInfo[]): string[] {
  const known = before.map(({ mountPoint }) => mountPoint);
  return mounts.flatMap(({ mountPoint }) => {
    const index = known.indexOf(mountPoint);
    if (index !== -1) known.splice(index, 1);
    return index !== -1 || mountPoint === root || mountPoint.startsWith(`${root}/`) ? [] : [mountPoint];
  });
}
