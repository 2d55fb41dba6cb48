import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CgroupTree } from "./cgroup-trees.ts";
import { waitFor } from "./wait-for.ts";

/** One group in each hierarchy, below which the engines have theirs; removed with all below them in the end. */
export interface Groups extends Disposable {
  readonly paths: readonly string[];
}

export function makeGroups(trees: readonly CgroupTree[], name: string): Groups {
  const undo = trees.flatMap(({ path, type }) => (type === "cgroup2" ? enableControllers(path) : []));
  const paths = trees.map((tree) => {
    const path = join(tree.path, name);
    mkdirSync(path);
    // A v1 cpuset begins empty, and takes no process then: cpuset(7).
    for (const file of ["cpuset.cpus", "cpuset.mems"])
      if (tree.type === "cgroup" && existsSync(join(path, file)))
        writeFileSync(join(path, file), read(tree.path, file));
    return path;
  });
  return {
    paths,
    [Symbol.dispose]: () => {
      for (const path of paths) waitFor(() => removed(path), { what: `${path} to be empty`, seconds: 20 });
      for (const step of undo) step();
    },
  };
}

/** Lets the tree's children have its controllers; what takes that back. */
function enableControllers(path: string): (() => void)[] {
  const control = join(path, "cgroup.subtree_control");
  const enabled = words(read(path, "cgroup.subtree_control"));
  const missing = words(read(path, "cgroup.controllers")).filter((name) => !enabled.includes(name));
  return missing.map((name) => {
    writeFileSync(control, `+${name}`);
    return () => writeFileSync(control, `-${name}`);
  });
}

function removed(path: string): boolean {
  if (!existsSync(path)) return true;
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) removed(join(path, entry.name));
  for (const [file, value] of [
    ["freezer.state", "THAWED"],
    ["cgroup.freeze", "0"],
  ] as const)
    if (existsSync(join(path, file))) writeFileSync(join(path, file), value);
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
}

function read(directory: string, file: string): string {
  return readFileSync(join(directory, file), "utf8").trim();
}

function words(text: string): string[] {
  return text.split(/\s+/u).filter(Boolean);
}
