import type { DiskUsageRow } from "../columns/disk-usage-columns.ts";
import type { VolumeRow } from "../columns/volume-columns.ts";
import type { ContainerState } from "../words/status-text.ts";

/** A container with the bytes that it has written. */
interface ContainerUsage {
  readonly state: ContainerState;
  readonly sizeRw?: number;
}

/** What images and builds take of the disk. */
export interface ImageUsage {
  readonly total: number;
  /** Images that containers are made of. */
  readonly active: number;
  /** Bytes of all layers, each counted once, and of those that no container has. */
  readonly size: number;
  readonly reclaimable: number;
  readonly buildCache: { readonly entries: number; readonly size: number };
}

/** The lines of docker system df. */
export function diskUsage(
  containers: readonly ContainerUsage[],
  volumes: readonly Pick<VolumeRow, "usage">[],
  images: ImageUsage,
): DiskUsageRow[] {
  const { total, size, reclaimable, buildCache } = images;
  const active = containers.filter(({ state }) => RUNNING.has(state));
  const used = volumes.filter(({ usage }) => (usage?.containers ?? 0) > 0);
  const [all, running] = [bytesOf(containers), bytesOf(active)];
  const [inVolumes, inUse] = [volumeBytes(volumes), volumeBytes(used)];
  return [
    { type: "Images", total, active: images.active, size, reclaimable },
    { type: "Containers", total: containers.length, active: active.length, size: all, reclaimable: all - running },
    {
      type: "Local Volumes",
      total: volumes.length,
      active: used.length,
      size: inVolumes,
      reclaimable: inVolumes - inUse,
    },
    {
      type: "Build Cache",
      total: buildCache.entries,
      active: 0,
      size: buildCache.size,
      reclaimable: buildCache.size,
    },
  ];
}

const RUNNING: ReadonlySet<ContainerState> = new Set(["running", "paused", "restarting"]);

function bytesOf(containers: readonly ContainerUsage[]): number {
  return containers.reduce((sum, { sizeRw = 0 }) => sum + sizeRw, 0);
}

function volumeBytes(volumes: readonly Pick<VolumeRow, "usage">[]): number {
  return volumes.reduce((sum, { usage }) => sum + (usage?.bytes ?? 0), 0);
}
