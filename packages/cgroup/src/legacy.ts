import type { Current, Write } from "./controller.ts";
import { legacyDeviceUndo } from "./controllers/devices.ts";
import { CgroupError } from "./error.ts";
import { type Place, placeOf } from "./place.ts";

export interface LegacyWrite {
  readonly place: Place;
  readonly write: (current: Current) => Write;
}

/**
 * Finds where a file of a v1 group is: in the hierarchy of the controller that it is named for; the two that every group has
 * and that change how it behaves, `notify_on_release` (Linux 2.6.24) and `cgroup.clone_children` (2.6.37), in all of them.
 *
 * @throws CgroupError for what is no such file, or no setting, and for one whose controller is not on v1
 */
export function legacyWrites(places: readonly Place[], file: string, value: string): LegacyWrite[] {
  if (OF_EVERY_GROUP.includes(file)) {
    const found = places.filter(({ hierarchy }) => hierarchy.version === 1);
    if (found.length === 0) throw notOnV1(file, value, "cgroup v1, which is not mounted");
    return found.map((place) => ({ place, write: () => ({ file, value }) }));
  }
  const [, controller] = /^([a-z_\d]+)\.[\w.-]+$/.exec(file) ?? [];
  if (controller === undefined || controller === "cgroup") {
    throw new CgroupError("WB_CGROUP_LIMIT", `legacy: ${JSON.stringify(file)} is no setting of a cgroup v1 group`, {
      value,
      hint: "such are memory.swappiness, cpuset.memory_migrate, notify_on_release",
    });
  }
  const place = placeOf(places, controller);
  if (place?.hierarchy.version !== 1)
    throw notOnV1(
      file,
      value,
      `${controller} on cgroup v1, ${place === undefined ? "where it is not" : "and it is on v2 here"}`,
    );
  const undo = (current: Current): Pick<Write, "undo"> =>
    controller === "devices" ? { undo: legacyDeviceUndo(file, value, current) } : {};
  return [{ place, write: (current) => ({ file, value, ...undo(current) }) }];
}

/** cgroups(7), "Cgroups v1 release notification". `release_agent` is the whole hierarchy's: release-agent.ts. */
const OF_EVERY_GROUP: readonly string[] = ["notify_on_release", "cgroup.clone_children"];

function notOnV1(file: string, value: string, what: string): CgroupError {
  return new CgroupError("WB_CGROUP_CONTROLLER", `${file}=${value} needs ${what}`, {
    value,
    hint: "give the limit by its own field, which is translated for v2, or leave it away",
  });
}
