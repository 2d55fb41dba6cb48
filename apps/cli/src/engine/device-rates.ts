import { type BigIntStats, statSync } from "node:fs";
import { parseSize } from "@wb/cgroup";
import type { ResourceFlags } from "../commands/resource-flags.ts";
import type { BlockIoResources, ThrottleDevice } from "../oci/resources.ts";
import { deviceNumbers } from "./host-devices.ts";
import type { Invalid } from "./resource-options.ts";

/** `--device-read-bps /dev/sda:1mb` and its like. @throws UserError for what is no disk, or no rate */
export function throttleDevices(invalid: Invalid, flags: ResourceFlags): BlockIoResources {
  const lists = THROTTLES.map(([flag, list, parse, meant]) => {
    const rows = (flags[flag] ?? []).map((text): ThrottleDevice => {
      const [path, value] = split(invalid, `--${flag}`, text);
      const rate = parse(value);
      if (rate === undefined) throw invalid(`--${flag}`, text, meant);
      return { ...numbersOf(invalid, `--${flag}`, text, path), rate };
    });
    return [list, rows] as const;
  });
  return Object.fromEntries(lists.filter(([, rows]) => rows.length > 0));
}

/** `--blkio-weight-device /dev/sda:200`. */
export function weightDevices(invalid: Invalid, given: readonly string[] = []): Pick<BlockIoResources, "weightDevice"> {
  const flag = "--blkio-weight-device";
  const weightDevice = given.map((text) => {
    const [path, value] = split(invalid, flag, text);
    const weight = number(value);
    if (weight === undefined || weight < 10 || weight > 1000) throw invalid(flag, text, "a weight from 10 to 1000");
    return { ...numbersOf(invalid, flag, text, path), weight };
  });
  return weightDevice.length === 0 ? {} : { weightDevice };
}

const BYTES = "<device-path>:<number>[<unit>]; the unit is kb, mb or gb, or none for bytes";
const COUNT = "<device-path>:<number>";

const THROTTLES = [
  ["device-read-bps", "throttleReadBpsDevice", parseSize, BYTES],
  ["device-write-bps", "throttleWriteBpsDevice", parseSize, BYTES],
  ["device-read-iops", "throttleReadIOPSDevice", number, COUNT],
  ["device-write-iops", "throttleWriteIOPSDevice", number, COUNT],
] as const;

function number(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function split(invalid: Invalid, flag: string, text: string): [path: string, value: string] {
  const [, path, value] = /^(\/dev\/.+):([^:]+)$/.exec(text) ?? [];
  if (path === undefined || value === undefined)
    throw invalid(flag, text, "a path below /dev, a colon and a number: /dev/sda:1000");
  return [path, value];
}

function numbersOf(invalid: Invalid, flag: string, text: string, path: string): { major: number; minor: number } {
  let stats: BigIntStats;
  try {
    stats = statSync(path, { bigint: true });
  } catch {
    throw invalid(flag, text, `there is no ${path}`);
  }
  if (!stats.isBlockDevice()) throw invalid(flag, text, `${path} is no block device`);
  return deviceNumbers(stats.rdev);
}
