import type { DeviceRule, ThrottleDevice } from "../../oci/resources.ts";
import type { RunOptions } from "../run-options.ts";

/** The limits in `HostConfig` of docker inspect (moby, api/types/container, Resources): 0 and null are none. */
export function resourcesDocument(options: RunOptions): object {
  const { memory = 0, memorySwap, cpus = 0, blockIO = {} } = options;
  return {
    CpuShares: options.cpuShares ?? 0,
    Memory: memory,
    NanoCpus: Math.round(cpus * 1e9),
    CgroupParent: options.cgroupParent ?? "",
    BlkioWeight: blockIO.weight ?? 0,
    BlkioWeightDevice: (blockIO.weightDevice ?? []).map((device) => ({
      Path: pathOf(device),
      Weight: device.weight ?? 0,
    })),
    BlkioDeviceReadBps: rates(blockIO.throttleReadBpsDevice),
    BlkioDeviceWriteBps: rates(blockIO.throttleWriteBpsDevice),
    BlkioDeviceReadIOps: rates(blockIO.throttleReadIOPSDevice),
    BlkioDeviceWriteIOps: rates(blockIO.throttleWriteIOPSDevice),
    CpuPeriod: options.cpuPeriod ?? 0,
    CpuQuota: options.cpuQuota ?? 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: options.cpusetCpus ?? "",
    CpusetMems: options.cpusetMems ?? "",
    Devices: options.devices.map(({ source, destination, permissions }) => ({
      PathOnHost: source,
      PathInContainer: destination,
      CgroupPermissions: permissions,
    })),
    DeviceCgroupRules: options.deviceRules.length === 0 ? null : options.deviceRules.map(ruleText),
    DeviceRequests: null,
    MemoryReservation: options.memoryReservation ?? 0,
    // Docker lets a container swap as much again as it has memory.
    MemorySwap: memorySwap ?? 2 * memory,
    MemorySwappiness: options.memorySwappiness ?? null,
    OomKillDisable: options.oomKillDisable ?? false,
    PidsLimit: options.pidsLimit ?? null,
    Ulimits: options.ulimits.map(({ type, soft, hard }) => ({
      Name: type.replace("RLIMIT_", "").toLowerCase(),
      Hard: hard,
      Soft: soft,
    })),
    CpuCount: 0,
    CpuPercent: 0,
    IOMaximumIOps: 0,
    IOMaximumBandwidth: 0,
  };
}

function rates(devices: readonly ThrottleDevice[] = []): object[] {
  return devices.map((device) => ({ Path: pathOf(device), Rate: device.rate }));
}

/** `c 1:3 rwm` */
function ruleText({ type = "a", major, minor, access = "" }: DeviceRule): string {
  return `${type} ${major ?? "*"}:${minor ?? "*"} ${access}`;
}

/** The link that udev makes for a block device. */
function pathOf({ major, minor }: { readonly major: number; readonly minor: number }): string {
  return `/dev/block/${major}:${minor}`;
}
