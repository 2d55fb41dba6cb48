import { type Hierarchy, hierarchyId, type Layout } from "@wb/cgroup";
import { cgroupfs, type CgroupMount, type Mount, mount, readMountinfo } from "@wb/rootfs";
import type { Program } from "@wb/syscall";

export interface CgroupContext {
  readonly layout: Layout;
  /** The container has a cgroup namespace, which shows its own group as the root. */
  readonly ownNamespace: boolean;
  /** The container's own group in each hierarchy, for where it has none: directories of the host. */
  readonly directories: readonly string[];
}

/**
 * What the specification calls a mount of type `cgroup`: on v2 the tree itself, on v1 a directory with every hierarchy in
 * it, as the host has them. Without a cgroup namespace v1 shows the container's own groups, and v2 all of the host's, as runc
 * does; where a user namespace may not mount that, the own group stands in for it (CVE-2023-25809).
 */
export function cgroupMounts(wanted: Mount, { layout, ownNamespace, directories }: CgroupContext): Program {
  const { destination, options = [] } = wanted;
  const { kind, hierarchies } = layout;
  if (kind === "none") return [];
  const ownGroup = (hierarchy: Hierarchy): string | undefined =>
    ownNamespace ? undefined : directories.find((path) => path.startsWith(`${hierarchy.mountpoint}/`));
  if (kind === "unified") {
    const own = hierarchies.map(ownGroup).find((path) => path !== undefined);
    const kept = ownNamespace ? [] : hostOptions();
    return [
      mount(
        { destination, type: "cgroup2", source: "cgroup", options: [...options, ...kept] },
        own === undefined ? {} : { otherwise: own },
      ),
    ];
  }
  const mounts = hierarchies.map((hierarchy): CgroupMount => {
    const id = hierarchyId(hierarchy);
    const own = ownGroup(hierarchy);
    const source = own === undefined ? {} : { source: own };
    if (hierarchy.version === 2) return { name: id, type: "cgroup2", options: [], ...source };
    const named = hierarchy.controllers.length === 0 ? ["none"] : [];
    return { name: id.replace(/^name=/, ""), type: "cgroup", options: [...named, ...id.split(",")], ...source };
  });
  return [cgroupfs(destination, mounts, { readonly: options.includes("ro"), propagation: options })];
}

/** A new mount in the first cgroup namespace sets these for all of the machine: the host's are repeated, cgroups(7). */
function hostOptions(): string[] {
  const host = readMountinfo().find(({ type }) => type === "cgroup2");
  return host?.superOptions.filter((word) => TREE_OPTIONS.has(word)) ?? [];
}

const TREE_OPTIONS: ReadonlySet<string> = new Set([
  "favordynmods",
  "memory_hugetlb_accounting",
  "memory_localevents",
  "memory_recursiveprot",
  "nsdelegate",
  "pids_localevents",
]);
