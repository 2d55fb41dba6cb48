import type { Hierarchy } from "./layout.ts";
import { pidsIn } from "./pids.ts";
import { directoryIn, type Place } from "./place.ts";
import { readIfPresent } from "./read.ts";

/** Whether this process is in a group, or in one below it, in some hierarchy. */
export function holdsThisProcess(places: readonly Place[]): boolean {
  const lines = (readIfPresent("/proc/self/cgroup") ?? "").split("\n");
  return places.some((place) => {
    const own = ownPath(place.hierarchy, lines);
    const { root } = place.hierarchy;
    // Out of the root of this cgroup namespace, cgroup_namespaces(7), paths do not tell; nor without a /proc of our own.
    if (own === undefined || own.startsWith("/..") || root.startsWith("/.."))
      return pidsIn([place], { recursive: true }).includes(process.pid);
    const path = below(root, own);
    return path !== undefined && `${directoryIn(place.hierarchy, path)}/`.startsWith(`${place.directory}/`);
  });
}

/** From proc_pid_cgroup(5): `4:cpu,cpuacct:/a`, `1:name=systemd:/a`, `0::/a`. */
function ownPath({ version, controllers, name }: Hierarchy, lines: readonly string[]): string | undefined {
  const wanted = version === 2 ? "" : (controllers[0] ?? `name=${name ?? ""}`);
  for (const line of lines) {
    const [, ids = "", path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path !== undefined && ids.split(",").includes(wanted)) return path;
  }
  return undefined;
}

function below(root: string, path: string): string | undefined {
  if (root === "/") return path;
  return path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}
