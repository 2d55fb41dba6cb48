import { CgroupError } from "./error.ts";
import type { Layout } from "./layout.ts";
import { missingController } from "./missing-controller.ts";
import { type Place, placeOf, unifiedPlace } from "./place.ts";

export interface UnifiedFile {
  readonly place: Place;
  /** What stands before the first dot of its name; `cgroup` for the files of every group. */
  readonly controller: string;
}

/**
 * Finds where a file of a v2 group is: config-linux.md, "Unified".
 *
 * @throws CgroupError for what is no such file, or no limit, and for one whose controller is not on v2
 */
export function checkUnified(
  layout: Layout,
  places: readonly Place[],
  { file, value }: { readonly file: string; readonly value: string },
): UnifiedFile {
  const [, controller] = /^([a-z_\d]+)\.[\w.-]+$/.exec(file) ?? [];
  if (controller === undefined) throw refused(file, value, "is no name of a file such as memory.high");
  if (controller === "cgroup" && !LIMITS_OF_EVERY_GROUP.test(file)) throw refused(file, value, "is no limit");
  const place = controller === "cgroup" ? unifiedPlace(places) : placeOf(places, controller);
  if (place === undefined) throw missingController(layout, controller, `${file}=${value}`);
  if (place.hierarchy.version === 2) return { place, controller };
  throw new CgroupError(
    "WB_CGROUP_CONTROLLER",
    `${file}=${value} needs the controller ${controller} on cgroup v2, and it is on v1 here: ${place.directory}`,
    { value, hint: "give the limit by its own field, which is translated for v1, or leave it away" },
  );
}

/** The others of `cgroup.*` move, kill, or change what kind of group it is. */
const LIMITS_OF_EVERY_GROUP = /^cgroup\.max\.(depth|descendants)$/;

function refused(file: string, value: string, why: string): CgroupError {
  return new CgroupError("WB_CGROUP_LIMIT", `unified: ${JSON.stringify(file)} ${why}`, { value });
}
