import { Cgroup } from "./cgroup.ts";
import { detect } from "./detect.ts";
import type { EntranceOptions } from "./entrance.ts";
import type { Layout } from "./layout.ts";
import { cgroupPath } from "./path.ts";

export interface OpenOptions extends EntranceOptions {
  /** Where the hierarchies are. Default: {@link detect}. */
  readonly layout?: Layout;
}

/**
 * A handle on a group that is there already, in every hierarchy or in some: for another process to join it, and to clean
 * up after one that made it. A path where there is no group is no error: `exists()` is false, `kill()` and `remove()`
 * have nothing to do.
 *
 * @throws CgroupError `WB_CGROUP_PATH` for a path that is none
 * @example
 * const group = openCgroup("/web");
 * group.killSync();
 * group.removeSync();
 */
export function openCgroup(path: string, { layout = detect(), ...options }: OpenOptions = {}): Cgroup {
  return new Cgroup(cgroupPath(path), layout, options);
}
