import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from "node:fs";
import { isErrno } from "@wb/syscall";
import type { DeviceRule } from "../oci/resources.ts";
import type { SpecDevice } from "../oci/spec-linux.ts";
import { UserError } from "../user-error.ts";
import { deviceNumbers } from "./host-devices.ts";
import type { DeviceOption } from "./options/device.ts";

export interface ContainerDevices {
  readonly nodes: readonly SpecDevice[];
  /** What its group may do with them. */
  readonly rules: readonly DeviceRule[];
}

/**
 * The devices of `--device`, as they are now. Those below a directory are taken one by one.
 *
 * @throws UserError in docker's words (moby, oci/devices_linux.go)
 */
export function containerDevices(options: readonly DeviceOption[]): ContainerDevices {
  const found = options.flatMap((option) => {
    const source = resolved(option.source);
    const stat = statSync(source);
    if (isDevice(stat)) return [{ ...option, stat }];
    if (!stat.isDirectory()) throw gathering(option.source, "not a device node");
    return devicesBelow(source, option);
  });
  return { nodes: found.map(nodeOf), rules: found.map(ruleOf) };
}

interface Found extends DeviceOption {
  readonly stat: Stats;
}

function resolved(source: string): string {
  try {
    return realpathSync(source);
  } catch (error) {
    if (!isErrno(error, "ENOENT", "ENOTDIR")) throw error;
    throw gathering(source, "no such file or directory");
  }
}

function gathering(source: string, reason: string): UserError {
  return new UserError(`error gathering device information while adding custom device "${source}": ${reason}`);
}

/** What is no device is left out, and so are links. */
function devicesBelow(directory: string, option: DeviceOption): Found[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .toSorted()
    .flatMap((name) => {
      const stat = lstatSync(`${directory}/${name}`, { throwIfNoEntry: false });
      if (stat === undefined || !isDevice(stat)) return [];
      return [{ ...option, destination: `${option.destination}/${name}`, stat }];
    });
}

function isDevice(stat: Stats): boolean {
  return stat.isCharacterDevice() || stat.isBlockDevice();
}

function nodeOf({ destination, stat }: Found): SpecDevice {
  const { mode, uid, gid } = stat;
  return { path: destination, ...numbersOf(stat), fileMode: mode & 0o7777, uid, gid };
}

function ruleOf({ permissions, stat }: Found): DeviceRule {
  return { allow: true, ...numbersOf(stat), access: permissions };
}

function numbersOf(stat: Stats) {
  return { type: stat.isBlockDevice() ? "b" : "c", ...deviceNumbers(BigInt(stat.rdev)) } as const;
}
