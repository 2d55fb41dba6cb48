import type { Cgroup } from "../cgroup.ts";
import { detect } from "../detect.ts";
import type { OpenOptions } from "../open.ts";
import { cgroupPath } from "../path.ts";
import { unescapeGroupName } from "./escape.ts";
import type { ManagerKind } from "./manager.ts";
import { UnitCgroup } from "./unit-cgroup.ts";

export interface OpenScopeOptions extends OpenOptions {
  /** Which systemd made it. Default: the machine's for root, the user's own for others. */
  readonly manager?: ManagerKind;
}

/**
 * A handle on the group of a scope, or of another unit with `Delegate=yes`, that is there already: {@link openCgroup}, with
 * an `apply` that tells systemd.
 *
 * @param path of the group, whose last name is the unit's
 * @throws CgroupError `WB_CGROUP_PATH` for a path that is none
 * @example
 * openScope("/machine.slice/web-1.scope").apply({ memory: { max: "64m" } });
 * // systemctl set-property --runtime web-1.scope MemoryMax=64M
 */
export function openScope(
  path: string,
  { layout = detect(), manager = process.geteuid?.() === 0 ? "system" : "user", ...options }: OpenScopeOptions = {},
): Cgroup {
  const clean = cgroupPath(path);
  const unit = unescapeGroupName(clean.slice(clean.lastIndexOf("/") + 1));
  return new UnitCgroup(clean, layout, { unit, manager, ...options });
}
