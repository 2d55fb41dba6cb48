import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { detect } from "../detect.ts";
import type { Hierarchy, Layout, Read } from "../layout.ts";
import { directoryIn } from "../place.ts";
import { readIfPresent } from "../read.ts";

export interface DelegatedOptions {
  /** Where the hierarchies are. Default: {@link detect}. */
  readonly layout?: Layout;
  /** Reads /proc/self/cgroup and `cgroup.controllers`. Default: the real files. */
  readonly read?: Read;
}

/**
 * The part of the v2 tree that this process may use without privileges: its own group, where that was delegated to its user
 * (cgroups(7), "Delegating a hierarchy"), as a layout whose root is that group, and whose controllers are those that came
 * with it. undefined where it was not. v1 is never delegated: who may write there could leave their limits.
 *
 * @example
 * createCgroup("/web", {}, { layout: delegatedLayout() ?? detect() }); // a group below the own one
 */
export function delegatedLayout({ layout = detect(), read = readIfPresent }: DelegatedOptions = {}):
  | Layout
  | undefined {
  const unified = unifiedOf(layout);
  const own = unified === undefined ? undefined : ownGroup(unified, read);
  if (unified === undefined || own === undefined) return undefined;
  const path = own.endsWith(`/${LEAF}`) && isOurs(directoryIn(unified, dirname(own))) ? dirname(own) : own;
  const mountpoint = directoryIn(unified, path === "/" ? "" : path);
  if (!isOurs(mountpoint)) return undefined;
  const controllers = (read(`${mountpoint}/cgroup.controllers`) ?? "").split(/\s+/).filter(Boolean);
  return {
    kind: "unified",
    hierarchies: [{ version: 2, controllers, mountpoint, root: joined(unified.root, path) }],
    unmounted: [],
    disabled: layout.disabled,
  };
}

/** Where {@link vacate} puts the processes of a delegated group. */
export const LEAF = "wb-callers";

export function unifiedOf({ hierarchies }: Layout): Hierarchy | undefined {
  return hierarchies.find(({ version }) => version === 2);
}

/** The group of this process below the mount point: `/user.slice/…`; undefined when the mount does not show it. */
export function ownGroup({ root }: Hierarchy, read: Read): string | undefined {
  const path = /^0::(\/.*)$/m.exec(read("/proc/self/cgroup") ?? "")?.[1];
  // Out of the root of this cgroup namespace, cgroup_namespaces(7); or removed meanwhile.
  if (path === undefined || path.startsWith("/..") || path.endsWith(" (deleted)")) return undefined;
  if (root === "/" || path === root) return root === "/" ? path : "/";
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}

/** What the kernel lists in /sys/kernel/cgroup/delegate, less what older kernels do not have. */
function isOurs(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    for (const file of ["cgroup.procs", "cgroup.subtree_control"]) accessSync(`${directory}/${file}`, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function joined(root: string, path: string): string {
  return path === "/" ? root : `${root === "/" ? "" : root}${path}`;
}
