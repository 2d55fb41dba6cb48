import { readlinkSync } from "node:fs";
import type { Layout } from "@wb/cgroup";
import {
  attachMount,
  defaultDev,
  detachedDev,
  detachedMount,
  type DeviceNode,
  mount,
  type Mount,
  type MountStepOptions,
  type Owner,
  symbolicLink,
} from "@wb/rootfs";
import { isErrno, MOUNT_ATTR, type Program, type Step } from "@wb/syscall";
import type { SpecDevice, SpecNamespace } from "../oci/spec-linux.ts";
import type { SpecMount } from "../oci/spec.ts";
import { cgroupMounts } from "./mounts/cgroup-mounts.ts";
import { cleanedMounts, type CleaningContext } from "./mounts/cleaned.ts";
import { allDevices, devicesOfDev, deviceSteps } from "./mounts/devices.ts";
import { type CleanedMount, isBind, isDev, sourceKind } from "./mounts/kinds.ts";
import { mountOwners } from "./mounts/owners.ts";
import { isSourceOfOthers, onRootAside } from "./mounts/root-aside.ts";
import { tmpfsMount } from "./mounts/tmpfs-mount.ts";
import { mountTerminal } from "./terminal.ts";

export interface OutsideMountContext extends CleaningContext {
  readonly devices: readonly SpecDevice[];
  /** The container's root, by the ids outside. */
  readonly owner: Owner;
  /** What the container calls a user and a group, by the ids outside. Default: the same. */
  readonly ownerOf?: (owner: Owner) => Owner;
}

/** Mounts that a user namespace cannot make: their devices and sources are the machine's. */
export function outsideMountSteps(
  mounts: readonly SpecMount[],
  { devices, owner, ownerOf = (same) => same, ...paths }: OutsideMountContext,
): Program {
  const cleaned = cleanedMounts(mounts, paths);
  const steps = cleaned.flatMap((wanted, index) => {
    if (isDev(wanted)) {
      const inside = devicesOfDev(allDevices(devices), cleaned).map((device) => ownedBy(device, { owner, ownerOf }));
      return [detachedDev(cellOf(wanted, index), inside, owner, wanted.options)];
    }
    if (!isMadeOutside(wanted)) return [];
    const options = sourceOptions(wanted, { index, inUserNamespace: true, ...paths });
    const source = fromSource(wanted);
    return [
      detachedMount(cellOf(wanted, index), source, options),
      ...(isSourceOfOthers(wanted, cleaned) ? [mount(source, { ...options, kind: sourceKind(wanted) })] : []),
    ];
  });
  const hasSourceInRoot = cleaned.some(({ sourceInRoot }) => sourceInRoot !== undefined);
  return hasSourceInRoot && paths.root !== undefined ? onRootAside(paths.root, steps) : steps;
}

function ownedBy(device: DeviceNode, { owner, ownerOf }: Required<Pick<OutsideMountContext, "owner" | "ownerOf">>) {
  const { uid, gid } = device;
  if (uid === undefined && gid === undefined) return device;
  const outside = ownerOf({ uid: uid ?? 0, gid: gid ?? 0 });
  return {
    ...device,
    uid: uid === undefined ? owner.uid : outside.uid,
    gid: gid === undefined ? owner.gid : outside.gid,
  };
}

/** The cell with a mount that was made outside of the container's user namespace. */
function cellOf({ destination }: Mount, index: number): string {
  return `mount ${index} ${destination}`;
}

/** A new bind mount, a link that is to be copied aside. */
function isMadeOutside(wanted: Mount): boolean {
  return isBind(wanted) && wanted.options?.includes("remount") !== true && copiedLink(wanted) === undefined;
}

export interface MountContext extends CleaningContext {
  readonly layout: Layout;
  readonly devices: readonly SpecDevice[];
  /** The process has a terminal, whose devpts is the container's. */
  readonly terminal: boolean;
  /** The container has a user namespace, and {@link outsideMountSteps} has been made. */
  readonly inUserNamespace: boolean;
  /** The namespaces that are the container's own. Default: all. */
  readonly namespaces?: readonly SpecNamespace[];
  /** The container's group in each hierarchy, for one without a cgroup namespace: directories of the host. */
  readonly cgroupDirectories?: readonly string[];
  /** Cells with mounts, by the places that they are moved to. Default: none. */
  readonly given?: Readonly<Record<string, string>>;
  /** This process may make no device nodes, as it is in a user namespace itself: the host's are shown. Default false. */
  readonly bindDevices?: boolean;
}

/**
 * The Steps of an OCI configuration's `mounts`, in order, and of its `linux.devices`; a tmpfs on /dev comes with the devices
 * in it.
 *
 * @throws UserError naming the mount by its index, for what cannot be
 */
export function mountSteps(mounts: readonly SpecMount[], context: MountContext): Program {
  const { inUserNamespace, bindDevices = false } = context;
  const cleaned = cleanedMounts(mounts, context);
  const devices = allDevices(context.devices);
  return [
    ...cleaned.flatMap((wanted, index) => stepsOf(wanted, { ...context, index, devices, mounts: cleaned })),
    ...deviceSteps(devices, cleaned, { bound: inUserNamespace || bindDevices, filled: !bindDevices }),
  ];
}

interface OneMount extends Omit<MountContext, "devices"> {
  readonly index: number;
  readonly devices: readonly DeviceNode[];
  readonly mounts: readonly Mount[];
}

function stepsOf(wanted: CleanedMount, context: OneMount): Program {
  const { index, mounts, devices, inUserNamespace, terminal, layout, bindDevices = false } = context;
  const has = (kind: SpecNamespace): boolean => context.namespaces?.includes(kind) ?? true;
  const cell = context.given?.[wanted.destination];
  if (cell !== undefined) return [attachMount(cell, wanted)];
  const link = copiedLink(wanted);
  if (link !== undefined) return [symbolicLink(wanted.destination, link)];
  if (inUserNamespace && (isDev(wanted) || isMadeOutside(wanted)))
    return [attachMount(cellOf(wanted, index), wanted, { kind: sourceKind(wanted) })];
  if (isBind(wanted)) return [bindStep(wanted, context)];
  if (isDev(wanted) && !bindDevices) return [defaultDev(devicesOfDev(devices, mounts), wanted.options)];
  if (wanted.type === "devpts" && wanted.destination === "/dev/pts" && terminal) return mountTerminal();
  if (wanted.type === "tmpfs") return tmpfsMount(wanted);
  if (wanted.type === "cgroup")
    return cgroupMounts(wanted, { layout, ownNamespace: has("cgroup"), directories: context.cgroupDirectories ?? [] });
  return [mount(wanted, sharedInstead(wanted, has))];
}

/** What runc clears; access times stay. */
const CLEARED = MOUNT_ATTR.RDONLY | MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV | MOUNT_ATTR.NOEXEC | MOUNT_ATTR.NOSYMFOLLOW;

/** As if it made the mount, of which it may change no more. */
const BY_USER_NAMESPACE = { clears: MOUNT_ATTR.NOSYMFOLLOW, locked: true } as const;

type BindContext = Pick<OneMount, "index" | "inUserNamespace" | "bundle">;

function bindStep(wanted: CleanedMount, context: BindContext): Step {
  return mount(fromSource(wanted), { kind: sourceKind(wanted), ...sourceOptions(wanted, context) });
}

/** The same mount, from where its source is found: on the host or in the container's root. */
function fromSource(wanted: CleanedMount): Mount {
  return wanted.sourceInRoot === undefined ? wanted : { ...wanted, source: wanted.sourceInRoot };
}

function sourceOptions(
  wanted: CleanedMount,
  context: BindContext,
): Pick<MountStepOptions, "idmap" | "sourceInRoot" | "clears" | "locked"> {
  const idmap = mountOwners(wanted, context);
  return {
    ...(idmap === undefined ? {} : { idmap }),
    ...(context.bundle === undefined ? {} : context.inUserNamespace ? BY_USER_NAMESPACE : { clears: CLEARED }),
    ...(wanted.sourceInRoot === undefined ? {} : { sourceInRoot: true }),
  };
}

/** What the kernel does not let a user namespace mount that does not own the namespace that it shows is the host's anyway. */
function sharedInstead({ type }: Mount, has: (kind: SpecNamespace) => boolean): Pick<MountStepOptions, "otherwise"> {
  if (type === "sysfs" && !has("network")) return { otherwise: "/sys" };
  return type === "proc" && !has("pid") ? { otherwise: "/proc" } : {};
}

/** The text of a symbolic link that crun's `copy-symlink` has made again in the container instead of mounted. */
function copiedLink({ source, options = [] }: Mount): string | undefined {
  if (source === undefined || !options.includes("copy-symlink")) return undefined;
  try {
    return readlinkSync(source);
  } catch (error) {
    if (isErrno(error, "EINVAL")) return undefined;
    throw error;
  }
}
