import { detachedMount, type Mount } from "@wb/rootfs";
import { run } from "@wb/syscall";
import { messageOf } from "../../report-error.ts";
import { UserError } from "../../user-error.ts";
import { dataOf } from "./volume-places.ts";
import type { VolumeRecord } from "./volume-record.ts";

/** What a volume's driver mounts on it, mount(8): undefined for one that is a directory and no more. */
export function driverMount({ name, driver, options }: VolumeRecord): Mount | undefined {
  const { type, device, o = "", size } = options;
  const words = o.split(",").filter((word) => word !== "");
  if (driver === "tmpfs")
    return tmpfs(name, [...words, ...(size === undefined || size === "" ? [] : [`size=${size}`])]);
  if (type === undefined) return undefined;
  if (type === "tmpfs") return tmpfs(name, words);
  return { destination: dataOf(name), type, source: device ?? type, options: words };
}

/** The source of a volume in memory names the volume, which is how it is found where it is mounted already. */
export function tmpfsSource(name: string): string {
  return `volume:${name}`;
}

function tmpfs(name: string, options: readonly string[]): Mount {
  return { destination: dataOf(name), type: "tmpfs", source: tmpfsSource(name), options };
}

/**
 * Makes that mount, without a place.
 *
 * @returns a file descriptor, which the caller closes
 * @throws UserError with what the kernel says
 */
export function openDriverMount(wanted: Mount): number {
  try {
    return run([detachedMount(CELL, wanted)]).number(CELL);
  } catch (error) {
    throw new UserError(
      `error while mounting volume '${wanted.destination}': failed to mount local volume: ${messageOf(error)}`,
      { hint: "wb volume inspect shows the options that it was made with", cause: error },
    );
  }
}

const CELL = "volume";
