import { O, type Step } from "@wb/syscall";
import { controllerNames, writesOf } from "./controllers.ts";
import { deviceWrites } from "./controllers/devices.ts";
import { detect } from "./detect.ts";
import { attachDeviceProgram } from "./devices/attach.ts";
import { devicePolicy } from "./devices/policy.ts";
import { hierarchyId, type Layout, type Read } from "./layout.ts";
import type { Limits } from "./limits.ts";
import { missingController } from "./missing-controller.ts";
import { ancestry, cgroupPath } from "./path.ts";
import { inheritCpuset, prepareParents } from "./parents.ts";
import { type Place, placeName, placeOf, placesOf, unifiedPlace } from "./place.ts";
import { readIfPresent } from "./read.ts";
import { joinBy, makeDirectory, openFiles, removeDirectory, writeFile } from "./steps.ts";

export interface PlanOptions {
  /** Where the hierarchies are. Default: {@link detect}. */
  readonly layout?: Layout;
  /** Reads what is there already: groups above this one. Default: the real files. */
  readonly read?: Read;
}

/** The Steps of a group's life. Making them has no effect, and needs no privileges. */
export interface CgroupPlan {
  readonly path: string;
  readonly layout: Layout;
  /** Makes the group in every hierarchy, sets its limits and opens it. In the process that starts another. */
  readonly create: readonly Step[];
  /** Joins the v1 hierarchies by the descriptors that `create` opened. In the process to be limited, before all else. */
  readonly join: readonly Step[];
  /** Joins the v2 tree in the same way: for processes that were not started in it by CLONE_INTO_CGROUP. */
  readonly joinUnified: readonly Step[];
  /** The cells that `create` leaves the descriptors of the join files in. */
  readonly cells: readonly string[];
  /** The cell of the v2 group's directory, for CLONE_INTO_CGROUP; none where no v2 tree is mounted. */
  readonly directory?: string;
  /** Removes the group, once no process is in it. */
  readonly remove: readonly Step[];
}

/**
 * Plans a group of that path in every hierarchy, with limits.
 *
 * @throws CgroupError for a path that is none, for a limit out of range, or for one whose controller is missing
 * @example
 * explain(planCgroup("/web", { memory: { max: 64 * 1024 ** 2 } }).create);
 * // # make the cgroup (memory, v1)
 * // # $ mkdir /sys/fs/cgroup/memory/web
 * // mkdirat(AT_FDCWD, "/sys/fs/cgroup/memory/web", 0755)
 * // …
 */
export function planCgroup(path: string, limits: Limits = {}, { layout = detect(), read = readIfPresent }: PlanOptions = {}): CgroupPlan {
  const clean = cgroupPath(path);
  const places = placesOf(layout, clean);
  const joins = places.map(joinOf);
  const directory = unifiedPlace(places);
  return {
    path: clean,
    layout,
    create: [
      ...places.flatMap((place) => [...prepareParents(place, ancestry(clean), read), makeDirectory(place.directory, placeName(place))]),
      ...places.flatMap((place) => inheritCpuset(place, ancestry(clean), read)),
      ...limitSteps(layout, places, limits),
      ...(places.length === 0 ? [] : [openFiles([...joins, ...(directory === undefined ? [] : [directoryOf(directory)])])]),
    ],
    join: joins.filter(({ version }) => version === 1).map(({ cell, path: file, of }) => joinBy(cell, file, of)),
    joinUnified: joins.filter(({ version }) => version === 2).map(({ cell, path: file, of }) => joinBy(cell, file, of)),
    cells: joins.map(({ cell }) => cell),
    ...(directory === undefined ? {} : { directory: DIRECTORY }),
    remove: places.toReversed().map((place) => removeDirectory(place.directory, placeName(place))),
  };
}

/** The file that a process joins a group by, and the cell of its descriptor. */
interface Join {
  readonly version: 1 | 2;
  readonly path: string;
  readonly cell: string;
  readonly flags: number;
  readonly of: string;
}

/**
 * v1 has a second file to join by, `tasks`, for one thread. A process with a single thread that writes "0", itself, may
 * use it, and then the kernel need not hold still every fork and exit of the machine (cgroup_procs_write_start, Linux
 * 5.6): 10 µs instead of the 10 ms that a quiet machine waits for an RCU grace period. v2 has no such file for
 * groups like these; CLONE_INTO_CGROUP is its fast way.
 */
function joinOf(place: Place): Join {
  const { hierarchy, directory } = place;
  const file = hierarchy.version === 1 ? "tasks" : "cgroup.procs";
  return { version: hierarchy.version, path: `${directory}/${file}`, cell: `cgroup:${hierarchyId(hierarchy)}`, flags: O.WRONLY, of: placeName(place) };
}

const DIRECTORY = "cgroup:directory";

function directoryOf({ directory }: Place): { path: string; cell: string; flags: number } {
  return { path: directory, cell: DIRECTORY, flags: O.RDONLY | O.DIRECTORY };
}

function limitSteps(layout: Layout, places: readonly Place[], limits: Limits): Step[] {
  const controlled = controllerNames.flatMap((name) => {
    if (limits[name] === undefined) return [];
    const place = placeOf(places, name);
    if (place === undefined) throw missingController(layout, name, limitText(name, limits[name]));
    const writes = writesOf(name, limits, place.hierarchy.version, FRESH);
    return writes.map(({ file, value }) => writeFile(`${place.directory}/${file}`, value, `set ${file} to ${value}`));
  });
  return [...controlled, ...deviceSteps(layout, places, limits)];
}

/** A new group has the kernel's defaults. */
const FRESH = (): undefined => undefined;

function deviceSteps(layout: Layout, places: readonly Place[], { devices: rules }: Limits): Step[] {
  if (rules === undefined) return [];
  const policy = devicePolicy(rules);
  const place = placeOf(places, "devices");
  if (place !== undefined) {
    const writes = deviceWrites(policy, FRESH);
    return writes.map(({ file, value }) => writeFile(`${place.directory}/${file}`, value, `${file.slice("devices.".length)} ${deviceText(value)}`));
  }
  const unified = unifiedPlace(places);
  if (unified === undefined) throw missingController(layout, "devices", `a list of ${rules.length} device rules`);
  return policy.allow && policy.exceptions.length === 0 ? [] : [attachDeviceProgram(unified.directory, policy)];
}

function deviceText(value: string): string {
  return value === "a" ? "all devices" : `the device ${value}`;
}

/** `memory.max=67108864`, of the first limit that was given. */
function limitText(controller: string, limits: object): string {
  const [name, value] = Object.entries(limits).find(([, given]) => given !== undefined) ?? [];
  const words = (name ?? "").replace(/[A-Z]/g, (letter) => `.${letter.toLowerCase()}`);
  return name === undefined ? `a limit of ${controller}` : `${controller}.${words}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`;
}
