import { CgroupError } from "./error.ts";
import { askToFreeze, askToThaw, type Freezer, freezerOf, isFrozen } from "./freezer.ts";
import type { Layout } from "./layout.ts";
import { missingController } from "./missing-controller.ts";
import { pidsIn } from "./pids.ts";
import type { Place } from "./place.ts";
import { readIfPresent } from "./read.ts";
import { DEFAULT_TIMEOUT, type WaitOptions } from "./remove.ts";
import { pauses, type Trying } from "./wait.ts";

/** The group that is to stand still, or to go on. */
export interface Freezable {
  readonly path: string;
  readonly layout: Layout;
  readonly places: readonly Place[];
}

/** Stops every process of a group and of those below it, and ends when all stand still. Otherwise they go on again. */
export function* freezingAll(group: Freezable, { timeout = DEFAULT_TIMEOUT }: WaitOptions): Trying {
  const freezer = freezerOrRefused(group);
  const list = (): number[] => pidsIn([placeOfFreezer(group, freezer)], { recursive: true });
  refuseOwn(group.path, list());
  let asked = false;
  let frozen = false;
  try {
    for (const pause of pauses(timeout)) {
      // v1 may stay at FREEZING when processes are forked meanwhile: each time that it is asked, it tries again.
      askToFreeze(freezer);
      asked = true;
      frozen = isFrozen(freezer);
      if (frozen) return;
      yield pause;
    }
  } finally {
    if (asked && !frozen) askToThaw(freezer);
  }
  throw new CgroupError(
    "WB_CGROUP_BUSY",
    `the cgroup ${group.path} could not be frozen; in it are the processes ${list().join(", ")}`,
    { path: freezer.directory, hint: "one that waits for the kernel, D in ps(1), or for its debugger does not stop" },
  );
}

/** Lets them go on, except those of groups below that were frozen by themselves. */
export function* thawingAll(group: Freezable, { timeout = DEFAULT_TIMEOUT }: WaitOptions): Trying {
  const freezer = freezerOrRefused(group);
  askToThaw(freezer);
  for (const pause of pauses(timeout)) {
    if (!isFrozen(freezer)) return;
    yield pause;
  }
  throw new CgroupError("WB_CGROUP_BUSY", `the cgroup ${group.path} is frozen by a group above it`, {
    path: freezer.directory,
    hint: "thaw that one",
  });
}

function freezerOrRefused({ path, layout, places }: Freezable): Freezer {
  const freezer = freezerOf(places);
  if (freezer !== undefined) return freezer;
  const directories = places.map(({ directory }) => directory);
  if (directories.some((directory) => readIfPresent(`${directory}/cgroup.procs`) !== undefined)) {
    throw missingController(layout, "freezer", "freezing");
  }
  throw new CgroupError("WB_CGROUP_GONE", `there is no cgroup ${path} (${directories.join(", ")})`, { path });
}

function placeOfFreezer({ places }: Freezable, { directory }: Freezer): Place {
  const place = places.find((one) => one.directory === directory);
  if (place === undefined) throw new TypeError(`${directory} is none of the group's directories`);
  return place;
}

function refuseOwn(path: string, pids: readonly number[]): void {
  if (!pids.includes(process.pid)) return;
  throw new CgroupError(
    "WB_CGROUP_BUSY",
    `the cgroup ${path} has this process (${process.pid}) in it, which would freeze itself for ever`,
    { path, hint: "move it to another group first, or call this from outside" },
  );
}
