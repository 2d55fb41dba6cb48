import { call, run, type Step, step } from "@wb/syscall";
import { CgroupError } from "./error.ts";
import type { Hierarchy } from "./layout.ts";
import { readIfPresent } from "./read.ts";
import type { WaitOptions } from "./remove.ts";
import { driveSync, pauses, type Trying } from "./wait.ts";

/**
 * Mounts a v1 hierarchy that has a name and no controller, which only groups processes: cgroups(7), "Cgroups v1 named
 * hierarchies" (Linux 2.6.33). It is made where there is none of that name; in a cgroup namespace other than the first the
 * kernel refuses that (EPERM). Every process of the machine is in its root then.
 *
 * @throws CgroupError `WB_CGROUP_PATH` for what the kernel does not take for a name; SyscallError
 * @example
 * const jobs = mountNamedHierarchy("jobs", "/mnt/jobs"); // mount -t cgroup -o none,name=jobs cgroup /mnt/jobs
 * createCgroup("/night"); // also /mnt/jobs/night
 */
export function mountNamedHierarchy(name: string, directory: string): Hierarchy {
  if (!/^[\w.-]{1,63}$/.test(name))
    throw new CgroupError("WB_CGROUP_PATH", `${JSON.stringify(name)} is no name of a hierarchy`, {
      value: name,
      hint: "up to 63 letters, digits, dots, hyphens and underscores",
    });
  run([mountStep(name, directory)]);
  return { version: 1, controllers: [], name, mountpoint: directory, root: "/" };
}

/**
 * Unmounts it, and says whether the kernel has forgotten it by now: it keeps one that is mounted elsewhere, and one that has
 * groups, in /proc/PID/cgroup of every process. A group that was just removed counts for a moment, and one that was empty too
 * late for its unmount would stay for ever: it is mounted and unmounted again until the time is up. Default: 1000 ms.
 *
 * @throws SyscallError EBUSY while a file of it is open
 */
export function unmountNamedHierarchy(hierarchy: Hierarchy, { timeout = 1000 }: WaitOptions = {}): boolean {
  const { name = "", mountpoint } = hierarchy;
  run([unmountStep(name, mountpoint)]);
  driveSync(forgetting(name, { mountpoint, timeout }));
  return !isKnown(name);
}

function* forgetting(
  name: string,
  { mountpoint, timeout }: { readonly mountpoint: string; readonly timeout: number },
): Trying {
  for (const pause = pauses(timeout); isKnown(name);) {
    const { value, done } = pause.next();
    if (done === true) return;
    yield value;
    if (isKnown(name)) run([mountStep(name, mountpoint), unmountStep(name, mountpoint)]);
  }
}

function isKnown(name: string): boolean {
  return (readIfPresent("/proc/self/cgroup") ?? "").includes(`:name=${name}:`);
}

function mountStep(name: string, directory: string): Step {
  const options = `none,name=${name}`;
  return step(
    `mount the hierarchy ${name}`,
    [call("mount", "cgroup", directory, "cgroup", 0, options)],
    `mount -t cgroup -o ${options} cgroup ${directory}`,
  );
}

function unmountStep(name: string, directory: string): Step {
  return step(`unmount the hierarchy ${name}`, [call("umount2", directory, 0)], `umount ${directory}`);
}
