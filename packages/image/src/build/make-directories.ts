import { closeTarget, openTarget, ROOT } from "@wb/rootfs";
import { AT, call, run, step, value } from "@wb/syscall";
import { openInTree } from "./open-in-tree.ts";

/** Makes a directory of a tree, and those above it, where they are missing: open to all, and its owner's. No symbolic link leads out of the tree. */
export function makeDirectories(root: number, path: string, { uid, gid }: Owner = ROOT_USER): void {
  const names = path.split("/").filter(Boolean);
  const first = names.findIndex((_, index) => !isThere(root, names.slice(0, index + 1).join("/")));
  if (first === -1) return;
  for (let depth = first + 1; depth <= names.length; depth++) {
    const one = `/${names.slice(0, depth).join("/")}`;
    const own = call("fchownat", value("target"), "", uid, gid, AT.EMPTY_PATH);
    run([step(`make ${one}`, [...openTarget(one), own, ...closeTarget], `mkdir ${one}`)], { inputs: { [ROOT]: root } });
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT_USER: Owner = { uid: 0, gid: 0 };

function isThere(root: number, path: string): boolean {
  using opened = openInTree(root, path);
  return opened !== undefined;
}
