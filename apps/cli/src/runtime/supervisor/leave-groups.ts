import { readFileSync } from "node:fs";
import { detect, type Hierarchy, type Layout } from "@wb/cgroup";
import { AT_FDCWD, call, ignoring, into, isErrno, O, type Step, step, value } from "@wb/syscall";

/**
 * The Step by which a supervisor leaves the control groups of who started it for the root of each hierarchy, which has no limits and
 * ends with nobody: a session or a service that ends would kill it, and what it does is not that one's to pay for. Where it may not
 * leave, as without privileges, it stays.
 *
 * @param own proc_pid_cgroup(5)
 */
export function leaveGroups(layout: Layout = detect(), own: string = ownGroups()): Step {
  const lines = own.split("\n");
  const left = layout.hierarchies.filter((hierarchy) => !isAtRoot(hierarchy, lines));
  return step(
    "leave the control groups of the caller",
    left.map(joinFile).flatMap((path, index) => {
      const cell = `root group ${index}`;
      return [
        into(cell, ignoring(call("openat", AT_FDCWD, path, O.WRONLY | O.CLOEXEC, 0))),
        ignoring(call("write", value(cell), "0", 1)),
        ignoring(call("close", value(cell))),
      ];
    }),
  );
}

/** Of one thread v1 moves `tasks` without waiting for all of the machine: cgroup_procs_write_start, Linux 5.6. */
function joinFile({ version, mountpoint }: Hierarchy): string {
  return `${mountpoint}/${version === 1 ? "tasks" : "cgroup.procs"}`;
}

function isAtRoot({ version, controllers, name }: Hierarchy, lines: readonly string[]): boolean {
  const wanted = version === 2 ? "" : (controllers[0] ?? `name=${name ?? ""}`);
  return lines.some((line) => {
    const [, ids = "", path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    return path === "/" && ids.split(",").includes(wanted);
  });
}

/** Without a /proc nobody knows, and all of them are joined. */
function ownGroups(): string {
  try {
    return readFileSync("/proc/self/cgroup", "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES")) return "";
    throw error;
  }
}
