import type { Step } from "@wb/syscall";
import type { Hierarchy, Read } from "./layout.ts";
import { directoryIn, type Place, placeName } from "./place.ts";
import { makeParent, writeFile } from "./steps.ts";

/** What every group has, so that it can be measured and limited later. */
const ALWAYS: readonly string[] = ["memory", "cpu", "pids", "io"];

export interface ParentOptions {
  /** The group's own path and those above it, outermost first. */
  readonly paths: readonly string[];
  /** Further controllers, by their names on v2, that the group's limits need. */
  readonly needed: readonly string[];
  readonly read: Read;
}

/**
 * Makes the groups above a new one that are not there yet, from the root down. On v2 each of them passes its controllers
 * on, by `cgroup.subtree_control`; where all are passed on already nothing is written, for that may need other rights.
 */
export function prepareParents(place: Place, { paths, needed, read }: ParentOptions): Step[] {
  const { hierarchy } = place;
  const wanted = [...new Set([...ALWAYS, ...needed])].filter((name) => hierarchy.controllers.includes(name));
  const parents = paths.slice(0, -1);
  return [
    ...passOn(wanted, { hierarchy, path: "", read }),
    ...parents.flatMap((path) => {
      const made =
        read(`${directoryIn(hierarchy, path)}/cgroup.procs`) === undefined
          ? [makeParent(directoryIn(hierarchy, path), placeName(place))]
          : [];
      return [...made, ...passOn(wanted, { hierarchy, path, read })];
    }),
  ];
}

interface Level {
  readonly hierarchy: Hierarchy;
  readonly path: string;
  readonly read: Read;
}

function passOn(wanted: readonly string[], { hierarchy, path, read }: Level): Step[] {
  if (hierarchy.version === 1) return [];
  const file = `${directoryIn(hierarchy, path)}/cgroup.subtree_control`;
  const passed = (read(file) ?? "").trim().split(" ");
  const missing = wanted.filter((name) => !passed.includes(name));
  if (missing.length === 0) return [];
  return [
    writeFile(file, missing.map((name) => `+${name}`).join(" "), `pass ${missing.join(", ")} on to the groups below`),
  ];
}

/**
 * A new v1 cpuset group has no CPUs and no memory nodes, and joining it would fail (ENOSPC): each level gets what the level
 * above has, outermost first. `cgroup.clone_children` would do the same, but it is the parent's to set.
 */
export function inheritCpuset({ hierarchy }: Place, paths: readonly string[], read: Read): Step[] {
  if (hierarchy.version !== 1 || !hierarchy.controllers.includes("cpuset")) return [];
  return ["cpuset.cpus", "cpuset.mems"].flatMap((name) => {
    const valueAt = (path: string): string => (read(`${directoryIn(hierarchy, path)}/${name}`) ?? "").trim();
    const inherited = ["", ...paths].map(valueAt).findLast((value) => value !== "");
    if (inherited === undefined) return [];
    const empty = paths.filter((path) => valueAt(path) === "");
    return empty.map((path) =>
      writeFile(`${directoryIn(hierarchy, path)}/${name}`, inherited, `give it the parent's ${name}: ${inherited}`),
    );
  });
}
