import {
  AT_FDCWD,
  call,
  ignoring,
  type Instruction,
  into,
  MOUNT_ATTR,
  MOVE_MOUNT,
  OPEN_TREE,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { closing, openTarget } from "./in-root.ts";
import { propagate, setattr } from "./mount-setattr.ts";
import { newFileSystem } from "./mount-source.ts";
import { moveTo, parsedOptions } from "./mount.ts";

/** A hierarchy of control groups to mount, cgroups(7). */
export interface CgroupMount {
  /** The directory that it is mounted on: `memory`. One like `cpu,cpuacct` has a link for each of its names. */
  readonly name: string;
  readonly type: "cgroup" | "cgroup2";
  /** Options of the file system, which say which hierarchy it is: `cpu`, `cpuacct`; `none`, `name=systemd`. */
  readonly options: readonly string[];
  /** A directory of the host that is bound instead: the container's own group, where it has no cgroup namespace. */
  readonly source?: string;
}

export interface CgroupfsOptions {
  /** Default true. */
  readonly readonly?: boolean;
  /** Words of mount(8) for the propagation: `rslave`. Default none. */
  readonly propagation?: readonly string[];
}

/**
 * The Steps that show a container its own control groups as v1 has them: a small tmpfs with a directory for each hierarchy.
 * The process must be in its cgroup namespace (Linux 4.6), or it would see the host's groups; without one each hierarchy
 * names the container's own group as its `source`.
 *
 * The directories are made and mounted on by name in the tmpfs, which nobody else has seen: nothing in them could lead
 * elsewhere.
 */
export function cgroupfs(
  destination: string,
  hierarchies: readonly CgroupMount[],
  { readonly = true, propagation = [] }: CgroupfsOptions = {},
): Step {
  const attributes = readonly ? [...SAFE, "ro"] : SAFE;
  return step(
    `mount ${hierarchies.length} cgroup hierarchies on ${destination}${readonly ? ", read-only" : ""}`,
    [
      ...newMount("mount", { type: "tmpfs", options: [...SAFE, "mode=755"] }),
      ...openTarget(destination),
      moveTo("mount", "target"),
      ...hierarchies.flatMap((hierarchy) => [
        ...hierarchyMount(hierarchy, attributes),
        call("mkdirat", value("mount"), hierarchy.name, 0o755),
        call("move_mount", value("hierarchy"), "", value("mount"), hierarchy.name, MOVE_MOUNT.F_EMPTY_PATH),
        ...closing("hierarchy"),
        // A controller may have a hierarchy of its own, too; then that has the name.
        ...linkNames(hierarchy).map((name) =>
          ignoring(call("symlinkat", hierarchy.name, value("mount"), name), "EEXIST"),
        ),
      ]),
      ...(readonly ? [setattr("mount", { attr_set: MOUNT_ATTR.RDONLY })] : []),
      ...propagate("mount", parsedOptions({ destination, options: propagation }).propagation),
      ...closing("target", "mount"),
    ],
    [
      `mount -t tmpfs -o nosuid,nodev,noexec,mode=755 tmpfs $ROOT${destination}`,
      ...hierarchies.map((hierarchy) => shellCommands(destination, hierarchy, attributes)),
      ...(readonly ? [`mount -o remount,bind,ro $ROOT${destination}`] : []),
    ].join("\n"),
  );
}

const SAFE: readonly string[] = ["nosuid", "nodev", "noexec"];

function linkNames({ name }: CgroupMount): string[] {
  return name.includes(",") ? name.split(",") : [];
}

function shellCommands(destination: string, hierarchy: CgroupMount, attributes: readonly string[]): string {
  const { name, type, options, source } = hierarchy;
  const place = `$ROOT${destination}/${name}`;
  const mounted =
    source === undefined
      ? `mount -t ${type} -o ${[...attributes, ...options].join(",")} cgroup ${place}`
      : `mount -o ${["bind", ...attributes].join(",")} ${source} ${place}`;
  const links = linkNames(hierarchy).map((link) => `; ln -s ${name} $ROOT${destination}/${link}`);
  return `mkdir ${place}; ${mounted}${links.join("")}`;
}

function hierarchyMount({ type, options, source }: CgroupMount, attributes: readonly string[]): Instruction[] {
  if (source === undefined) return newMount("hierarchy", { type, options: [...attributes, ...options] });
  const { set } = parsedOptions({ destination: "", options: attributes });
  return [
    into("hierarchy", call("open_tree", AT_FDCWD, source, OPEN_TREE.CLONE | OPEN_TREE.CLOEXEC)),
    setattr("hierarchy", { attr_set: set }),
  ];
}

function newMount(cell: string, { type, options }: { type: string; options: readonly string[] }): Instruction[] {
  const wanted = { destination: "", type, source: type === "tmpfs" ? "tmpfs" : "cgroup", options };
  return newFileSystem(cell, wanted, { parsed: parsedOptions(wanted), otherwise: undefined });
}
