import { CgroupError } from "./error.ts";
import { hierarchyId } from "./layout.ts";
import { closeLeftOpen, perform } from "./perform.ts";
import type { Place } from "./place.ts";
import { readIfPresent } from "./read.ts";
import { refusal } from "./refusal.ts";
import { writeFile } from "./steps.ts";

/**
 * Moves a process into a group in every hierarchy that has it. Where one refuses, such as a cpuset without CPUs (ENOSPC),
 * the process goes back to the groups that it was in.
 *
 * @throws CgroupError `WB_CGROUP_WRITE`
 */
export function addProcess(places: readonly Place[], pid: number): void {
  // The kernel takes 0 for whoever writes, cgroups(7).
  if (!Number.isSafeInteger(pid) || pid < 1)
    throw new CgroupError("WB_CGROUP_WRITE", `${pid} is no process id; it must be a whole number of at least 1`, {
      value: String(pid),
    });
  const before = readIfPresent(`/proc/${pid}/cgroup`) ?? "";
  const steps = places.map(({ directory }) => moveTo(directory, pid));
  const performed = perform(steps);
  const { failure } = performed;
  if (failure === undefined) return;
  closeLeftOpen(performed);
  const done = places.slice(0, steps.indexOf(failure.step));
  throw refusal(failure, { read: readIfPresent, kept: moveBack(done, pid, before) });
}

/**
 * The group that a process is in, in a hierarchy, from its /proc/PID/cgroup; undefined for one outside of what is mounted,
 * and for one that was removed.
 */
export function groupOf({ hierarchy }: Pick<Place, "hierarchy">, text: string): string | undefined {
  const { root, mountpoint } = hierarchy;
  const path = text
    .split("\n")
    .map((line) => /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [])
    .find(([, list]) => list !== undefined && isOf(list, hierarchy))?.[2];
  if (path === undefined || path.startsWith("/..") || path.endsWith(" (deleted)")) return undefined;
  if (root === "/") return `${mountpoint}${path === "/" ? "" : path}`;
  return path === root || path.startsWith(`${root}/`) ? mountpoint + path.slice(root.length) : undefined;
}

/** `cpu,cpuacct`, `name=systemd`, and nothing for the v2 tree. The order of controllers is not the mount's. */
function isOf(list: string, hierarchy: Place["hierarchy"]): boolean {
  const id = hierarchy.version === 2 ? "" : hierarchyId(hierarchy);
  const sorted = (text: string): string => text.split(",").toSorted().join(",");
  return sorted(list) === sorted(id);
}

function moveTo(directory: string, pid: number): ReturnType<typeof writeFile> {
  return writeFile(`${directory}/cgroup.procs`, String(pid), `move ${pid} into ${directory}`);
}

/** @returns what could not be taken back */
function moveBack(done: readonly Place[], pid: number, before: string): string[] {
  return done.toReversed().flatMap((place) => {
    const directory = groupOf(place, before);
    const performed = directory === undefined ? undefined : perform([moveTo(directory, pid)]);
    if (performed !== undefined && performed.failure === undefined) return [];
    if (performed !== undefined) closeLeftOpen(performed);
    return [`move ${pid} into ${place.directory}`];
  });
}
