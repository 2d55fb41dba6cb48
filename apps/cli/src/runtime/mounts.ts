import { statSync } from "node:fs";
import { hierarchyId, type Layout } from "@wb/cgroup";
import {
  attachMount,
  cgroupfs,
  type CgroupMount,
  closeTarget,
  DEFAULT_DEVICES,
  defaultDev,
  detachedDev,
  detachedMount,
  type DeviceNode,
  mount,
  type Mount,
  openExisting,
  openTarget,
  type Owner,
  type TargetKind,
} from "@wb/rootfs";
import { address, AT, call, memory, type Program, STATX, step, value } from "@wb/syscall";
import type { SpecDevice } from "../oci/spec-linux.ts";
import { UserError } from "../user-error.ts";
import { mountTerminal } from "./terminal.ts";

/** Mounts that a user namespace cannot make: their devices and sources are the machine's. */
export function outsideMountSteps(
  mounts: readonly Mount[],
  { devices, owner }: { readonly devices: readonly SpecDevice[]; readonly owner: Owner },
): Program {
  return mounts.flatMap((wanted) => {
    if (isDev(wanted)) return [detachedDev(cellOf(wanted), allDevices(devices), owner)];
    return isBind(wanted) ? [detachedMount(cellOf(wanted), wanted)] : [];
  });
}

/** The cell with a mount that was made outside of the container's user namespace. */
function cellOf({ destination }: Mount): string {
  return `mount ${destination}`;
}

export interface MountContext {
  readonly layout: Layout;
  readonly devices: readonly SpecDevice[];
  /** The process has a terminal, whose devpts is the container's. */
  readonly terminal: boolean;
  /** The container has a user namespace, and {@link outsideMountSteps} has been made. */
  readonly inUserNamespace: boolean;
}

/** The Steps of an OCI configuration's `mounts`, in order; a tmpfs on /dev comes with the devices in it. */
export function mountSteps(
  mounts: readonly Mount[],
  { layout, devices, terminal, inUserNamespace }: MountContext,
): Program {
  return mounts.flatMap((wanted): Program => {
    if (wanted.type === "cgroup") return cgroupMounts(wanted, layout);
    if (inUserNamespace && (isDev(wanted) || isBind(wanted)))
      return [attachMount(cellOf(wanted), wanted, { kind: sourceKind(wanted) })];
    if (isDev(wanted)) return [defaultDev(allDevices(devices))];
    if (wanted.type === "devpts" && terminal) return mountTerminal();
    if (wanted.type === "tmpfs") return tmpfsMount(wanted);
    return [mount(wanted, { kind: sourceKind(wanted) })];
  });
}

/** Where no mode is asked for, a tmpfs has that of the directory that it hides, if there is one: so does runc. */
function tmpfsMount(wanted: Mount): Program {
  const { destination, options = [] } = wanted;
  if (options.some((word) => word.startsWith("mode="))) return [mount(wanted)];
  const hidden = `hidden:${destination}`;
  return [
    step(`look at the mode of ${destination}`, [
      memory(hidden, STATX_SIZE),
      ...openExisting(destination, "missing"),
      call("statx", value("target"), "", AT.EMPTY_PATH, STATX.MODE, address(hidden)),
      ...closeTarget,
      { label: "missing" },
    ]),
    mount(wanted),
    step(
      `give the tmpfs on ${destination} that mode`,
      [
        { jump: "default", when: { value: hidden, offset: STX_MODE, mask: 0o170_000n, equals: 0 } },
        ...openTarget(destination),
        call("fchmodat", value("target"), ".", value(hidden, STX_MODE, 0o7777n)),
        ...closeTarget,
        { label: "default" },
      ],
      `chmod MODE $ROOT${destination}`,
    ),
  ];
}

/** `struct statx` and its stx_mode, linux/stat.h. */
const STATX_SIZE = 256;
const STX_MODE = 28;

function allDevices(devices: readonly SpecDevice[]): DeviceNode[] {
  const nodes = devices.map(deviceNode);
  const named = new Set(nodes.map(({ path }) => path));
  return [...DEFAULT_DEVICES.filter(({ path }) => !named.has(path)), ...nodes];
}

/** @throws UserError for a FIFO */
function deviceNode({ path, type, major = 0, minor = 0, fileMode, ...owner }: SpecDevice): DeviceNode {
  if (type === "p") throw new UserError(`linux.devices: ${path}: a FIFO cannot be made there`);
  const mode = fileMode === undefined ? {} : { mode: fileMode };
  // `u` is an unbuffered character device: mknod(1).
  return { path, type: type === "u" ? "c" : type, major, minor, ...owner, ...mode };
}

/** A bind mount's place must be of its source's kind. A source that is missing is told of by the mount itself. */
function sourceKind(wanted: Mount): TargetKind {
  if (wanted.source === undefined || !isBind(wanted)) return "directory";
  return statSync(wanted.source, { throwIfNoEntry: false })?.isDirectory() === false ? "file" : "directory";
}

function isBind({ type, options = [] }: Mount): boolean {
  return type === "bind" || options.includes("bind") || options.includes("rbind");
}

function isDev({ destination, type }: Mount): boolean {
  return destination === "/dev" && type === "tmpfs";
}

/**
 * What the specification calls a mount of type `cgroup`: on v2 the tree itself, on v1 a directory with every hierarchy in
 * it, as the host has them. In a cgroup namespace each shows the container's own group as its root.
 */
function cgroupMounts({ destination, options = [] }: Mount, { kind, hierarchies }: Layout): Program {
  if (kind === "none") return [];
  if (kind === "unified") return [mount({ destination, type: "cgroup2", source: "cgroup", options })];
  const mounts = hierarchies.map((hierarchy): CgroupMount => {
    if (hierarchy.version === 2) return { name: hierarchyId(hierarchy), type: "cgroup2", options: [] };
    const id = hierarchyId(hierarchy);
    const named = hierarchy.controllers.length === 0 ? ["none"] : [];
    return { name: id.replace(/^name=/, ""), type: "cgroup", options: [...named, ...id.split(",")] };
  });
  return [cgroupfs(destination, mounts, { readonly: options.includes("ro") })];
}
