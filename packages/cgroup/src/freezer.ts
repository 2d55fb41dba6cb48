import { existsSync } from "node:fs";
import { isGroup } from "./is-group.ts";
import { type Place, placeOf, unifiedPlace } from "./place.ts";
import { readIfPresent } from "./read.ts";
import { inside, visit } from "./visit.ts";
import { pauses, type Trying } from "./wait.ts";
import { writeIfPresent } from "./write-if-present.ts";

/** What stops a group's processes: v1's freezer (cgroup-v1/freezer-subsystem.rst), or v2's `cgroup.freeze` (Linux 5.2). */
export interface Freezer {
  readonly directory: string;
  readonly file: "freezer.state" | "cgroup.freeze";
}

/** The group's freezer, if it has one. */
export function freezerOf(places: readonly Place[]): Freezer | undefined {
  const v1 = placeOf(places, "freezer");
  if (v1 !== undefined && isGroup(v1.directory)) return { directory: v1.directory, file: "freezer.state" };
  const v2 = unifiedPlace(places);
  return v2 !== undefined && existsSync(`${v2.directory}/cgroup.freeze`)
    ? { directory: v2.directory, file: "cgroup.freeze" }
    : undefined;
}

/** Stops them, and waits for a moment until they all are: one in an uninterruptible sleep may take longer. */
export function* freezing(freezer: Freezer): Trying {
  if (!askToFreeze(freezer)) return;
  for (const pause of pauses(PATIENCE)) {
    if (isFrozen(freezer)) return;
    yield pause;
  }
}

/** Milliseconds. */
const PATIENCE = 100;

/** Whether the group was there. It is frozen some time later: {@link isFrozen}. */
export function askToFreeze({ directory, file }: Freezer): boolean {
  return writeIfPresent(`${directory}/${file}`, file === "freezer.state" ? "FROZEN" : "1");
}

/** The same for the contrary. */
export function askToThaw({ directory, file }: Freezer): boolean {
  return writeIfPresent(`${directory}/${file}`, file === "freezer.state" ? "THAWED" : "0");
}

/** Whether all processes of the group stand still. A group that is gone has none. */
export function isFrozen({ directory, file }: Freezer): boolean {
  if (file === "freezer.state") return (readIfPresent(`${directory}/${file}`) ?? "FROZEN").trim() === "FROZEN";
  return /^frozen 1$/m.test(readIfPresent(`${directory}/cgroup.events`) ?? "frozen 1");
}

/** Lets them go on; also in the groups below, which a container may have frozen itself. */
export function thaw({ directory, file }: Freezer): void {
  const [frozen, thawed] = file === "freezer.state" ? [/^FR/, "THAWED"] : [/^1/, "0"];
  visit(directory, (each) => {
    if (frozen.test(readIfPresent(inside(each, file)) ?? "")) writeIfPresent(inside(each, file), thawed);
  });
}
