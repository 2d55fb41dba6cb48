import type { Step } from "@wb/syscall";
import { limitChanges } from "./changes.ts";
import { neededControllers } from "./controllers.ts";
import { detect } from "./detect.ts";
import { type EntranceOptions, type EntrancePlan, planEntrance } from "./entrance.ts";
import type { Layout, Read } from "./layout.ts";
import type { Limits } from "./limits.ts";
import { inheritCpuset, prepareParents } from "./parents.ts";
import { ancestry, cgroupPath } from "./path.ts";
import { placeName, placesOf } from "./place.ts";
import { readIfPresent } from "./read.ts";
import { makeDirectory, removeDirectory } from "./steps.ts";

export interface PlanOptions extends EntranceOptions {
  /** Where the hierarchies are. Default: {@link detect}. */
  readonly layout?: Layout;
  /** Reads what is there already: groups above this one. Default: the real files. */
  readonly read?: Read;
}

/** The Steps of a group's life. */
export interface CgroupPlan {
  readonly path: string;
  /** The group's directories, one in each hierarchy. */
  readonly directories: readonly string[];
  /** Makes the group in every hierarchy and sets its limits. */
  readonly create: readonly Step[];
  /** Opens it and lets a process in. */
  readonly entrance: EntrancePlan;
  /** Removes it, once no process is in it. */
  readonly remove: readonly Step[];
}

/**
 * Plans a group of that path in every hierarchy, with limits. It only reads, and needs no privileges. To carry it out:
 * `create` and `entrance.open` in the process that starts another, `entrance.join` as the other's first Steps.
 *
 * @throws CgroupError for a path that is none, for a limit out of range, or for one whose controller is missing
 * @example
 * explain(planCgroup("/web", { memory: { max: 64 * 1024 ** 2 } }).create);
 * // # make the cgroup (memory, v1)
 * // # $ mkdir /sys/fs/cgroup/memory/web
 * // mkdirat(AT_FDCWD, "/sys/fs/cgroup/memory/web", 0755)
 * // …
 */
export function planCgroup(path: string, limits: Limits = {}, options: PlanOptions = {}): CgroupPlan {
  const { layout = detect(), read = readIfPresent } = options;
  const clean = cgroupPath(path);
  const levels = ancestry(clean);
  const places = placesOf(layout, clean);
  return {
    path: clean,
    directories: places.map(({ directory }) => directory),
    create: [
      ...places.flatMap((place) => [
        ...prepareParents(place, { paths: levels, needed: neededControllers(limits), read }),
        makeDirectory(place.directory, placeName(place)),
      ]),
      ...places.flatMap((place) => inheritCpuset(place, levels, read)),
      ...limitChanges(layout, places, limits).map(({ step }) => step),
    ],
    entrance: planEntrance(places, options),
    remove: places.toReversed().map((place) => removeDirectory(place.directory, placeName(place))),
  };
}
