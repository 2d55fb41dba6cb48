import { type Hierarchy, hierarchyId, type Layout } from "./layout.ts";

/** Where a group stands in one hierarchy. */
export interface Place {
  readonly hierarchy: Hierarchy;
  /** `/sys/fs/cgroup/memory/my-group` */
  readonly directory: string;
}

/** Where a group of that path stands, or would stand: once in each hierarchy. */
export function placesOf(layout: Layout, path: string): Place[] {
  return layout.hierarchies.map((hierarchy) => ({ hierarchy, directory: directoryIn(hierarchy, path) }));
}

/** The directory of a group, `/a/b`, in a hierarchy; of the hierarchy's root for the empty path. */
export function directoryIn({ mountpoint }: Hierarchy, path: string): string {
  return `${mountpoint === "/" ? "" : mountpoint}${path}`;
}

/** The place of a controller, whichever version it is on. */
export function placeOf(places: readonly Place[], controller: string): Place | undefined {
  return places.find(({ hierarchy }) => hierarchy.controllers.includes(controller));
}

/** The place in the v2 tree. */
export function unifiedPlace(places: readonly Place[]): Place | undefined {
  return places.find(({ hierarchy }) => hierarchy.version === 2);
}

/** `memory, v1`; `name=systemd, v1`; `v2`. */
export function placeName({ hierarchy }: Place): string {
  return hierarchy.version === 2 ? "v2" : `${hierarchyId(hierarchy)}, v1`;
}
