import { CgroupError } from "./error.ts";
import type { Layout } from "./layout.ts";
import { missingController } from "./missing-controller.ts";
import { requirePassedOn } from "./passed-on.ts";
import { type Place, placeOf, placesOf, unifiedPlace } from "./place.ts";
import { codeOf, readIfPresent } from "./read.ts";

/**
 * What a file of a group holds, in the hierarchy of its controller, whichever version that is; undefined where there is no
 * such file. The names are the version's own: nothing is translated.
 *
 * @throws CgroupError `WB_CGROUP_CONTROLLER`, `WB_CGROUP_GONE`; `WB_CGROUP_LIMIT` for what is no file, or cannot be read
 * @example
 * readCgroupFile(openCgroup("/web"), "pids.max"); // "100\n"
 */
export function readCgroupFile({ path: group, layout }: GroupPath, file: string): string | undefined {
  const places = placesOf(layout, group);
  const [, controller] = /^([a-z_\d]+)\.[\w.-]+$/.exec(file) ?? (OF_V1.includes(file) ? [file, "cgroup"] : []);
  if (controller === undefined)
    throw new CgroupError("WB_CGROUP_LIMIT", `${JSON.stringify(file)} is no name of a file such as memory.max`, {
      value: file,
    });
  const place = controller === "cgroup" ? ofEveryGroup(places, file) : placeOf(places, controller);
  if (place === undefined) throw missingController(layout, controller, file);
  // "cgroup" stands for no controller: the files that every group has.
  if (controller !== "cgroup") requirePassedOn(place, { controller, text: file, read: readIfPresent });
  const path = `${place.directory}/${file}`;
  try {
    return readIfPresent(path);
  } catch (error) {
    throw new CgroupError("WB_CGROUP_LIMIT", `cannot read ${path}: ${String(codeOf(error))}`, { path, cause: error });
  }
}

/** A `Cgroup` is one. */
export interface GroupPath {
  readonly path: string;
  readonly layout: Layout;
}

/** Files of v1 whose name has no dot. */
const OF_V1: readonly string[] = ["notify_on_release", "release_agent", "tasks"];

function ofEveryGroup(places: readonly Place[], file: string): Place | undefined {
  const onV1 = OF_V1.includes(file) || file === "cgroup.clone_children";
  return onV1 ? places.find(({ hierarchy }) => hierarchy.version === 1) : (unifiedPlace(places) ?? places[0]);
}
