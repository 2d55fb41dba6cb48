import { cgroupMounts, type Mount } from "./mountinfo.ts";

/** A tree of control groups that is mounted, cgroups(7). */
export interface Hierarchy {
  readonly version: 1 | 2;
  /** Its controllers. A named v1 hierarchy has none, and a v2 tree may have none. */
  readonly controllers: readonly string[];
  /** The name of a v1 hierarchy that was mounted with one: `systemd`. */
  readonly name?: string;
  readonly mountpoint: string;
  /** The group that stands at the mount point: `/` on a host, `/docker/…` in a container without a cgroup namespace. */
  readonly root: string;
}

/** How control groups are set up on a machine. */
export interface Layout {
  /** `unified`: v2 alone; `legacy`: v1 alone; `hybrid`: both are mounted; `none`: neither is. */
  readonly kind: "unified" | "hybrid" | "legacy" | "none";
  /** Every mounted hierarchy, once, in the order of their mounts. */
  readonly hierarchies: readonly Hierarchy[];
  /** Controllers of the kernel that are on none of the hierarchies. */
  readonly unmounted: readonly string[];
  /** Controllers that were switched off at boot: `cgroup_disable=memory`. */
  readonly disabled: readonly string[];
}

/** The content of a file, or undefined where there is none. */
export type Read = (path: string) => string | undefined;

/** The texts that a layout is read from. */
export interface LayoutSources {
  /** /proc/self/mountinfo. */
  readonly mountinfo: string;
  /** /proc/cgroups. */
  readonly cgroups: string;
  /** Reads `cgroup.controllers` of the v2 tree. */
  readonly read: Read;
}

/** What {@link detect} finds, from text alone. A hierarchy that is mounted twice is taken where it comes first. */
export function parseLayout({ mountinfo, cgroups, read }: LayoutSources): Layout {
  const known = parseCgroups(cgroups);
  const seen = new Map<string, Hierarchy>();
  for (const mount of cgroupMounts(mountinfo)) {
    const hierarchy = hierarchyOf(mount, known, read);
    if (hierarchy !== undefined && !seen.has(hierarchyId(hierarchy))) seen.set(hierarchyId(hierarchy), hierarchy);
  }
  const hierarchies = [...seen.values()];
  const mounted = new Set(hierarchies.flatMap(({ controllers }) => controllers));
  return {
    kind: kindOf(hierarchies),
    hierarchies,
    unmounted: known.filter(({ name, enabled }) => enabled && !mounted.has(name)).map(({ name }) => name),
    disabled: known.filter(({ enabled }) => !enabled).map(({ name }) => name),
  };
}

/** What tells a hierarchy from the others of its machine: `unified`, `cpu,cpuacct`, `name=systemd`. */
export function hierarchyId({ version, controllers, name }: Hierarchy): string {
  if (version === 2) return "unified";
  return [...controllers, ...(name === undefined ? [] : [`name=${name}`])].join(",");
}

interface KnownController {
  readonly name: string;
  readonly enabled: boolean;
}

function parseCgroups(text: string): KnownController[] {
  const rows = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return rows.map((line) => {
    const [name = "", , , enabled] = line.split(/\s+/);
    return { name, enabled: enabled !== "0" };
  });
}

function hierarchyOf(
  { type, options, mountpoint, root }: Mount,
  known: readonly KnownController[],
  read: Read,
): Hierarchy | undefined {
  if (type === "cgroup2") {
    const controllers = read(`${mountpoint}/cgroup.controllers`)?.trim() ?? "";
    return { version: 2, controllers: controllers === "" ? [] : controllers.split(" "), mountpoint, root };
  }
  if (type !== "cgroup") return undefined;
  const controllers = options.filter((option) => known.some(({ name }) => name === option));
  const name = options.find((option) => option.startsWith("name="))?.slice("name=".length);
  return { version: 1, controllers, ...(name === undefined ? {} : { name }), mountpoint, root };
}

function kindOf(hierarchies: readonly Hierarchy[]): Layout["kind"] {
  const v1 = hierarchies.some(({ version }) => version === 1);
  const v2 = hierarchies.some(({ version }) => version === 2);
  if (v1) return v2 ? "hybrid" : "legacy";
  return v2 ? "unified" : "none";
}
