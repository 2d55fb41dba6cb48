import { readFileSync } from "node:fs";
import { detect } from "./detect.ts";
import type { Layout } from "./layout.ts";
import { cgroupPath } from "./path.ts";
import { directoryIn } from "./place.ts";
import { isAbsent } from "./read.ts";

/**
 * Whether a group is frozen, and all its processes stand still: `Cgroup.isFrozen` without a handle, for who asks of many groups and has
 * no other question. A group that is not there is not frozen.
 *
 * Equivalent to `cat freezer.state`, and since Linux 5.2 to `grep frozen cgroup.events`.
 *
 * @param options.layout Where the hierarchies are. Default: {@link detect}
 * @throws CgroupError `WB_CGROUP_PATH` for a path that is none
 * @example
 * isFrozen("/web"); // false
 */
export function isFrozen(path: string, { layout = detect() }: { readonly layout?: Layout } = {}): boolean {
  const group = cgroupPath(path);
  // Two hundred containers are asked about by one command: no more is looked at than the file that says it.
  const v1 = layout.hierarchies.find(({ version, controllers }) => version === 1 && controllers.includes("freezer"));
  const state = v1 && readGroupFile(`${directoryIn(v1, group)}/freezer.state`);
  if (state !== undefined) return state.trim() === "FROZEN";
  const v2 = layout.hierarchies.find(({ version }) => version === 2);
  return v2 !== undefined && /^frozen 1$/m.test(readGroupFile(`${directoryIn(v2, group)}/cgroup.events`) ?? "");
}

/** Undefined where there is none. It is expected to be there, and to look first takes as long as to read. */
function readGroupFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
