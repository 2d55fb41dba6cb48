import type { Current } from "../controller.ts";
import { parseNestedKeyed } from "../parse.ts";

export interface IoStats {
  /** The disks that were used, in the kernel's order. */
  readonly devices: readonly IoDeviceStats[];
}

export interface IoDeviceStats {
  readonly major: number;
  readonly minor: number;
  /** Bytes and operations: read, written, discarded. */
  readonly rbytes: number;
  readonly wbytes: number;
  readonly dbytes: number;
  readonly rios: number;
  readonly wios: number;
  readonly dios: number;
  /** What else `io.stat` has, by the kernel's names: `cost.usage`. */
  readonly stat?: Readonly<Record<string, number>>;
}

export function ioStatsV2(current: Current): IoStats | undefined {
  const text = current("io.stat");
  return text === undefined ? undefined : { devices: Object.entries(parseNestedKeyed(text)).map(shape) };
}

/**
 * v1's counters are those of its policies: BFQ counts the disks that it schedules, throttling those that have a limit. With
 * the groups below, as v2 counts.
 */
export function ioStatsV1(current: Current): IoStats | undefined {
  const policies = ["bfq", "throttle"].map((policy) => {
    const bytes = current(`blkio.${policy}.io_service_bytes_recursive`);
    const ios = current(`blkio.${policy}.io_serviced_recursive`);
    return bytes === undefined || ios === undefined ? undefined : { bytes, ios };
  });
  const present = policies.filter((policy) => policy !== undefined);
  if (present.length === 0) return undefined;
  const devices = new Map<string, Record<string, number>>();
  // The first policy that counts a disk is taken: both count the same requests.
  for (const { bytes, ios } of present.toReversed()) {
    const counts = [...entriesOf(bytes, "bytes"), ...entriesOf(ios, "ios")];
    for (const [device] of counts) devices.set(device, {});
    for (const [device, key, value] of counts) devices.set(device, { ...devices.get(device), [key]: value });
  }
  return { devices: [...devices].map(shape) };
}

const LETTERS: Readonly<Record<string, string>> = { Read: "r", Write: "w", Discard: "d" };

/** `8:0 Read 4096`, `8:0 Total 4096`, `Total 4096`. */
function entriesOf(text: string, unit: "bytes" | "ios"): [device: string, key: string, value: number][] {
  const lines = text.split("\n").map((line) => line.split(" "));
  return lines.flatMap(([device = "", operation = "", value]) => {
    const letter = LETTERS[operation];
    return letter === undefined ? [] : [[device, `${letter}${unit}`, Number(value)]];
  });
}

function shape([device, counts]: readonly [string, Readonly<Record<string, number>>]): IoDeviceStats {
  const [major = 0, minor = 0] = device.split(":").map(Number);
  const { rbytes = 0, wbytes = 0, dbytes = 0, rios = 0, wios = 0, dios = 0, ...stat } = counts;
  const known = { major, minor, rbytes, wbytes, dbytes, rios, wios, dios };
  return Object.keys(stat).length === 0 ? known : { ...known, stat };
}
