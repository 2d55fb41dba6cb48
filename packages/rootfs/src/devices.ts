import { call, type Instruction, type Step, step, value } from "@wb/syscall";
import {
  chown,
  DEFAULT_DEVICES,
  DEVICE_LINKS,
  type DeviceNode,
  makeNode,
  mknodCommand,
  type Owner,
  ROOT_USER,
} from "./device-node.ts";
import { closing, openTarget } from "./in-root.ts";
import { newFileSystem } from "./mount-source.ts";
import { moveTo, parsedOptions } from "./mount.ts";

/** docker's. */
const DEV_OPTIONS: readonly string[] = ["mode=755", "size=65536k", "nosuid"];

/**
 * The Step that gives the container a /dev of its own: a tmpfs with the default devices, more if named, and the usual
 * links. It is filled before it is mounted, by names in the detached mount, so that nothing in the image can redirect a
 * device (CVE-2026-41579: an image whose /dev is a symbolic link).
 *
 * @param options words of mount(8) for the tmpfs. With `ro` it is yet to be made so, by `readonlyMount`: places for mounts
 * are made in it before
 */
export function defaultDev(
  devices: readonly DeviceNode[] = DEFAULT_DEVICES,
  options: readonly string[] = DEV_OPTIONS,
): Step {
  return step(
    "make /dev",
    [
      ...devTree("mount", devices, { owner: ROOT_USER, options }),
      ...openTarget("/dev"),
      moveTo("mount", "target"),
      ...closing("target", "mount"),
    ],
    shellCommands(devices, options).join("\n"),
  );
}

/**
 * The Step that makes the same /dev without a place, in a cell, for `attachMount`: in a user namespace nobody makes device
 * nodes, mknod(2), so it has to be made by a process outside.
 *
 * @param owner whom all but the devices with an owner of their own belong to: the ids outside of the container's root
 */
export function detachedDev(
  cell: string,
  devices: readonly DeviceNode[] = DEFAULT_DEVICES,
  owner: Owner = ROOT_USER,
  options: readonly string[] = DEV_OPTIONS,
): Step {
  return step(
    "make /dev, without a place yet",
    devTree(cell, devices, { owner, options }),
    shellCommands(devices, options).join("\n"),
  );
}

interface DevOptions {
  readonly owner: Owner;
  readonly options: readonly string[];
}

function devTree(cell: string, devices: readonly DeviceNode[], { owner, options }: DevOptions): Instruction[] {
  const { uid, gid } = owner;
  const owned = uid === 0 && gid === 0 ? [] : [`uid=${uid}`, `gid=${gid}`];
  const nodes = withoutPtmx(devices);
  const links = DEVICE_LINKS.filter(([name]) => !nodes.some(({ path }) => path === `/dev/${name}`));
  const wanted = { destination: "/dev", type: "tmpfs", options: [...owned, ...withoutRo(options)] };
  return [
    ...newFileSystem(cell, wanted, { parsed: parsedOptions(wanted), otherwise: undefined }),
    ...nodes.flatMap((device) => makeNode(cell, device, owner)),
    ...links.flatMap(([name, target]) => [call("symlinkat", target, value(cell), name), ...chown(cell, name, owner)]),
  ];
}

/** The host's would be another devpts than the container's: privileged containers ask for all devices of the host. */
function withoutPtmx(devices: readonly DeviceNode[]): readonly DeviceNode[] {
  return devices.filter(({ path }) => path !== "/dev/ptmx");
}

function withoutRo(options: readonly string[]): string[] {
  return options.filter((word) => word !== "ro");
}

function shellCommands(devices: readonly DeviceNode[], options: readonly string[]): string[] {
  return [
    `mount -t tmpfs -o ${withoutRo(options).join(",")} tmpfs $ROOT/dev`,
    ...withoutPtmx(devices).map(mknodCommand),
  ];
}
