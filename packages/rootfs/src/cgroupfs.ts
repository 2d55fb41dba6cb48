import {
  call,
  FSCONFIG,
  FSMOUNT,
  FSOPEN,
  type Instruction,
  into,
  MOUNT_ATTR,
  MOVE_MOUNT,
  type Step,
  step,
  value,
} from "@wb/syscall";
import { closing, openTarget } from "./in-root.ts";
import { setattr } from "./mount-setattr.ts";
import { moveTo } from "./mount.ts";

/** A hierarchy of control groups to mount, cgroups(7). */
export interface CgroupMount {
  /** The directory that it is mounted on: `memory`. */
  readonly name: string;
  readonly type: "cgroup" | "cgroup2";
  /** Options of the file system, which say which hierarchy it is: `cpu`, `cpuacct`; `none`, `name=systemd`. */
  readonly options: readonly string[];
}

/**
 * The Steps that show a container its own control groups as v1 has them: a small tmpfs with a directory for each hierarchy.
 * The process must be in its cgroup namespace (Linux 4.6), or it would see the host's groups.
 *
 * The directories are made and mounted on by name in the tmpfs, which nobody else has seen: nothing in them could lead
 * elsewhere.
 */
export function cgroupfs(
  destination: string,
  hierarchies: readonly CgroupMount[],
  { readonly = true }: { readonly readonly?: boolean } = {},
): Step {
  const attributes = SAFE | (readonly ? MOUNT_ATTR.RDONLY : 0);
  return step(
    `mount ${hierarchies.length} cgroup hierarchies on ${destination}${readonly ? ", read-only" : ""}`,
    [
      ...newMount({ type: "tmpfs", options: ["mode=755"], attributes: SAFE, cell: "mount" }),
      ...openTarget(destination),
      moveTo("mount", "target"),
      ...hierarchies.flatMap(({ name, type, options }) => [
        ...newMount({ type, options, attributes, cell: "hierarchy" }),
        call("mkdirat", value("mount"), name, 0o755),
        call("move_mount", value("hierarchy"), "", value("mount"), name, MOVE_MOUNT.F_EMPTY_PATH),
        ...closing("hierarchy"),
      ]),
      ...(readonly ? [setattr("mount", { attr_set: MOUNT_ATTR.RDONLY })] : []),
      ...closing("target", "mount"),
    ],
    [
      `mount -t tmpfs -o nosuid,nodev,noexec,mode=755 tmpfs $ROOT${destination}`,
      ...hierarchies.map(
        ({ name, type, options }) =>
          `mkdir $ROOT${destination}/${name}; mount -t ${type} -o ${["nosuid,nodev,noexec", ...(readonly ? ["ro"] : []), ...options].join(",")} cgroup $ROOT${destination}/${name}`,
      ),
      ...(readonly ? [`mount -o remount,bind,ro $ROOT${destination}`] : []),
    ].join("\n"),
  );
}

const SAFE = MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC;

interface NewMount {
  readonly type: string;
  readonly options: readonly string[];
  readonly attributes: number;
  readonly cell: string;
}

function newMount({ type, options, attributes, cell }: NewMount): Instruction[] {
  const source = type === "tmpfs" ? "tmpfs" : "cgroup";
  return [
    into("fs", call("fsopen", type, FSOPEN.CLOEXEC)),
    ...[`source=${source}`, ...options].map((word) => {
      const [key = word, text] = word.split("=", 2);
      return text === undefined
        ? call("fsconfig", value("fs"), FSCONFIG.SET_FLAG, key, null, 0)
        : call("fsconfig", value("fs"), FSCONFIG.SET_STRING, key, text, 0);
    }),
    call("fsconfig", value("fs"), FSCONFIG.CMD_CREATE, null, null, 0),
    into(cell, call("fsmount", value("fs"), FSMOUNT.CLOEXEC, attributes)),
    ...closing("fs"),
  ];
}
