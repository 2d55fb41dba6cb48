import { checkRange, type Controller, type Current, type Write, write } from "../controller.ts";
import { WEIGHT, weightToBfq } from "../convert.ts";
import { CgroupError } from "../error.ts";
import { writeKeyed } from "../keyed.ts";
import type { IoDeviceLimits, IoLimits } from "../limits.ts";
import { bytesOf, type Size } from "../size.ts";
import { type IoStats, ioStatsV1, ioStatsV2 } from "./io-stats.ts";

/**
 * Documentation/admin-guide/cgroup-v1/blkio-controller.rst (Linux 2.6.33); cgroup-v2.rst, "IO" (Linux 4.5). On v1 weights
 * are those of the BFQ scheduler, the only one that has them there since Linux 5.0.
 */
export const io: Controller<IoLimits, IoStats> = {
  v1: {
    controller: "blkio",
    writes: (limits, current) => {
      const { weight, devices } = checked(limits);
      const default_ = weight === undefined ? undefined : weightToBfq(weight);
      return [...write("blkio.bfq.weight", default_), ...devices.flatMap((device) => deviceWritesV1(device, current))];
    },
    stats: ioStatsV1,
  },
  v2: {
    controller: "io",
    writes: (limits, current) => {
      const { weight, devices } = checked(limits);
      return [
        ...(weight === undefined
          ? []
          : [writeKeyed("io.weight", { key: "default", value: String(weight), none: "100" }, current)]),
        ...devices.flatMap((device) => deviceWritesV2(device, current)),
      ];
    },
    stats: ioStatsV2,
  },
};

/** A device's limits, checked, with rates as numbers. */
interface Device {
  readonly key: string;
  readonly weight: number | undefined;
  readonly rates: readonly (readonly [Rate, number | "max"])[];
}

const RATES = ["rbps", "wbps", "riops", "wiops"] as const;
type Rate = (typeof RATES)[number];

/** v1 has a file for each. */
const V1_FILES: Readonly<Record<Rate, string>> = {
  rbps: "blkio.throttle.read_bps_device",
  wbps: "blkio.throttle.write_bps_device",
  riops: "blkio.throttle.read_iops_device",
  wiops: "blkio.throttle.write_iops_device",
};

function checked({ weight, devices = [] }: IoLimits): { weight: number | undefined; devices: readonly Device[] } {
  checkRange("io.weight", weight, WEIGHT.min, WEIGHT.max);
  return { weight, devices: devices.map(checkedDevice) };
}

function checkedDevice(device: IoDeviceLimits): Device {
  const { major, minor, weight } = device;
  checkRange("the major number of io.devices", major, 0, 0xfff);
  checkRange("the minor number of io.devices", minor, 0, 0xf_ffff);
  const key = `${major}:${minor}`;
  checkRange(`io.weight of ${key}`, weight, WEIGHT.min, WEIGHT.max);
  return {
    key,
    weight,
    rates: RATES.flatMap((name) => {
      const rate = rateOf(`${name} of ${key} in io.max`, device[name]);
      return rate === undefined ? [] : [[name, rate] as const];
    }),
  };
}

/** v1 takes 0 for "no limit", and v2 refuses it. */
function rateOf(name: string, given: Size | undefined): number | "max" | undefined {
  const rate = bytesOf(name, given);
  if (rate !== 0) return rate;
  throw new CgroupError("WB_CGROUP_LIMIT", `${name} is 0; it must be at least 1, or max`, { value: "0" });
}

function deviceWritesV1({ key, weight, rates }: Device, current: Current): Write[] {
  return [
    ...(weight === undefined
      ? []
      : [writeKeyed("blkio.bfq.weight_device", { key, value: String(weightToBfq(weight)), none: "0" }, current)]),
    ...rates.map(([name, rate]) =>
      writeKeyed(V1_FILES[name], { key, value: rate === "max" ? "0" : String(rate), none: "0" }, current),
    ),
  ];
}

function deviceWritesV2({ key, weight, rates }: Device, current: Current): Write[] {
  const value = rates.map(([name, rate]) => `${name}=${rate}`).join(" ");
  return [
    ...(weight === undefined
      ? []
      : [writeKeyed("io.weight", { key, value: String(weight), none: "default" }, current)]),
    ...(value === "" ? [] : [writeKeyed("io.max", { key, value, none: NO_RATES }, current)]),
  ];
}

const NO_RATES = RATES.map((name) => `${name}=max`).join(" ");
