import { bfqToWeight, type IoDeviceLimits, type IoLimits } from "@wb/cgroup";
import type { BlockIoResources, ThrottleDevice, WeightDevice } from "../../oci/resources.ts";
import { UserError } from "../../user-error.ts";
import type { Accounting } from "./accounting.ts";
import { fromOci, given, noWord, toOci } from "./sizes.ts";

/** config-linux.md, "Block IO". @throws UserError for a weight out of range, and for those of leaves */
export function blockIoLimits(blockIO: BlockIoResources, accounting: Pick<Accounting, "blkio">): IoLimits | undefined {
  refuseLeaves([blockIO, ...(blockIO.weightDevice ?? [])]);
  const weights = (blockIO.weightDevice ?? []).map(({ major, minor, weight }) => ({
    major,
    minor,
    ...given({ weight: ioWeight(weight, accounting) }),
  }));
  const rates = THROTTLES.flatMap(([list, rate]) =>
    (blockIO[list] ?? []).map((one) => ({ major: one.major, minor: one.minor, [rate]: fromOci(one.rate) ?? "max" })),
  );
  const devices = byNumber([...weights, ...rates]);
  return given({
    weight: ioWeight(blockIO.weight, accounting),
    devices: devices.length === 0 ? undefined : devices,
  });
}

/** The same limits in the specification's words, and files of v2 for weights that lie between its own. */
export function ociBlockIo(
  { weight, devices = [] }: IoLimits,
  accounting: Pick<Accounting, "blkio">,
): { blockIO?: BlockIoResources | undefined; unified: Record<string, string> } {
  const coarse = ociWeight(weight, accounting);
  const weights = devices.flatMap((device): WeightDevice[] => {
    const own = ociWeight(device.weight, accounting);
    if (own === undefined && device.weight !== undefined)
      throw noWord(`io.weight=${device.weight} of the device ${device.major}:${device.minor}`);
    return own === undefined ? [] : [{ major: device.major, minor: device.minor, weight: own }];
  });
  const throttles = THROTTLES.map(([list, rate]) => {
    const rows = devices.flatMap((device): ThrottleDevice[] => {
      const value = toOci(device[rate]);
      return value === undefined ? [] : [{ major: device.major, minor: device.minor, rate: Math.max(value, 0) }];
    });
    return [list, rows.length === 0 ? undefined : rows] as const;
  });
  const unified = weight !== undefined && coarse === undefined ? { "io.weight": `default ${weight}` } : {};
  const blockIO = given({
    weight: coarse,
    weightDevice: weights.length === 0 ? undefined : weights,
    ...(Object.fromEntries(throttles) as Pick<BlockIoResources, (typeof THROTTLES)[number][0]>),
  });
  return { blockIO, unified };
}

const THROTTLES = [
  ["throttleReadBpsDevice", "rbps"],
  ["throttleWriteBpsDevice", "wbps"],
  ["throttleReadIOPSDevice", "riops"],
  ["throttleWriteIOPSDevice", "wiops"],
] as const;

const WEIGHT = { min: 10, max: 1000 } as const;

/**
 * v1 takes the specification's weight as it is; for v2 `ConvertBlkIOToIOWeightValue` of opencontainers/cgroups has the
 * straight line from 10 … 1000 to 1 … 10000.
 */
function ioWeight(weight: number | undefined, { blkio }: Pick<Accounting, "blkio">): number | undefined {
  if (weight === undefined || weight === 0) return undefined;
  if (!Number.isInteger(weight) || weight < WEIGHT.min || weight > WEIGHT.max)
    throw new UserError(
      `the weight of block I/O is ${weight}; it must be a whole number from ${WEIGHT.min} to ${WEIGHT.max}`,
    );
  return blkio ? bfqToWeight(weight) : 1 + Math.floor(((weight - WEIGHT.min) * 9999) / 990);
}

/** Undefined for a weight that no weight of the specification becomes. */
function ociWeight(weight: number | undefined, accounting: Pick<Accounting, "blkio">): number | undefined {
  if (weight === undefined) return undefined;
  const near = accounting.blkio
    ? weight <= 100
      ? weight
      : 100 + Math.floor((weight - 100) / 11)
    : WEIGHT.min + Math.ceil(((weight - 1) * 990) / 9999);
  const isOne = near >= WEIGHT.min && near <= WEIGHT.max && ioWeight(near, accounting) === weight;
  return isOne ? near : undefined;
}

function refuseLeaves(weights: readonly { readonly leafWeight?: number }[]): void {
  const leaf = weights.find(({ leafWeight = 0 }) => leafWeight !== 0)?.leafWeight;
  if (leaf === undefined) return;
  throw new UserError(`leafWeight ${leaf} is one of the CFQ scheduler, which Linux 5.0 removed`, {
    hint: "leave it away, and give weight",
  });
}

/** One row for each device. */
function byNumber(rows: readonly IoDeviceLimits[]): IoDeviceLimits[] {
  const devices = new Map<string, IoDeviceLimits>();
  for (const row of rows) {
    const key = `${row.major}:${row.minor}`;
    devices.set(key, { ...devices.get(key), ...row });
  }
  return [...devices.values()];
}
