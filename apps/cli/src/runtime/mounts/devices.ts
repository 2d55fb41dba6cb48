import {
  boundDevice,
  DEFAULT_DEVICES,
  deviceLinks,
  deviceNode,
  type DeviceNode,
  type Mount,
  readonlyMount,
} from "@wb/rootfs";
import type { Program } from "@wb/syscall";
import type { SpecDevice } from "../../oci/spec-linux.ts";
import { isBind, isDev } from "./kinds.ts";

/** The default devices and those of `linux.devices`, which take the place of a default one of the same path. */
export function allDevices(devices: readonly SpecDevice[]): DeviceNode[] {
  const nodes = devices.map(({ fileMode, ...device }) => ({
    ...device,
    ...(fileMode === undefined ? {} : { mode: fileMode }),
  }));
  const named = new Set(nodes.map(({ path }) => path));
  return [...DEFAULT_DEVICES.filter(({ path }) => !named.has(path)), ...nodes];
}

/** The devices that the container's own tmpfs on /dev is made with: not those on what is mounted below it later. */
export function devicesOfDev(devices: readonly DeviceNode[], mounts: readonly Mount[]): DeviceNode[] {
  const covering = mounts.map(({ destination }) => destination).filter((place) => place !== "/dev" && place !== "/");
  return devices.filter(
    ({ path }) => path.startsWith("/dev/") && !covering.some((place) => path.startsWith(`${place}/`)),
  );
}

/**
 * The Steps for devices after all mounts: those that are not in a tmpfs of the container's own, and the usual links where
 * /dev is of the image. Where /dev is a bind mount, it is the host's: nothing is made there, as runc does.
 *
 * @param bound the host's nodes are shown instead of new ones: a user namespace has none of its own, mknod(2)
 */
export function deviceSteps(
  devices: readonly DeviceNode[],
  mounts: readonly Mount[],
  { bound, filled }: { readonly bound: boolean; readonly filled: boolean },
): Program {
  if (mounts.some((wanted) => wanted.destination === "/dev" && isBind(wanted))) return [];
  const dev = mounts.find(isDev);
  const isFilled = dev !== undefined && filled;
  const made = new Set(isFilled ? devicesOfDev(devices, mounts) : []);
  return [
    ...devices
      .filter((device) => !made.has(device))
      .map((device) => (bound && device.type !== "p" ? boundDevice(device) : deviceNode(device))),
    ...(isFilled ? [] : [deviceLinks()]),
    ...(dev?.options?.includes("ro") === true ? [readonlyMount("/dev")] : []),
  ];
}
