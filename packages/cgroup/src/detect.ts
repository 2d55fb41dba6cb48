import { type Layout, parseLayout, type Read } from "./layout.ts";
import { readIfPresent } from "./read.ts";

export interface DetectOptions {
  /** Reads the files of procfs and cgroupfs. Default: the real ones. */
  readonly read?: Read;
}

/**
 * Finds where each hierarchy is mounted, from /proc/self/mountinfo, /proc/cgroups and the v2 tree's own
 * `cgroup.controllers`: whatever /sys/fs/cgroup looks like, in a container and in a cgroup namespace, without privileges.
 *
 * @example
 * detect().kind; // "hybrid"
 * detect().hierarchies.find(({ controllers }) => controllers.includes("memory"))?.mountpoint; // "/sys/fs/cgroup/memory"
 */
export function detect({ read = readIfPresent }: DetectOptions = {}): Layout {
  return parseLayout({ mountinfo: read("/proc/self/mountinfo") ?? "", cgroups: read("/proc/cgroups") ?? "", read });
}
