import { resolve } from "node:path";
import type { ImageConfig } from "@wb/image";
import { parseVolumeOption } from "../options/parse-volume-option.ts";
import { type NamedVolume, namedVolume } from "../volumes/named-volume.ts";
import type { WantedMounts } from "../wanted-mounts.ts";

/** The volumes that an image says its containers have: anonymous ones, but where something else is mounted. */
export function withImageVolumes(mounts: WantedMounts, volumes: ImageConfig["Volumes"]): WantedMounts {
  const taken = new Set(
    [...mounts.volumes, ...mounts.namedVolumes, ...mounts.tmpfs].map(({ destination }) => destination),
  );
  const added = Object.keys(volumes ?? {})
    .map((path) => resolve("/", path))
    .filter((path) => path !== "/" && !taken.has(path))
    .flatMap(anonymousVolume);
  return { ...mounts, namedVolumes: [...mounts.namedVolumes, ...added] };
}

function anonymousVolume(path: string): NamedVolume[] {
  const option = parseVolumeOption(path);
  return option.type === "volume" ? [namedVolume(option)] : [];
}
