import type { Mount } from "@wb/rootfs";
import type { NamedVolume } from "./named-volume.ts";
import { volumeSource } from "./volume-places.ts";

/** The volume as a mount of an OCI configuration: what its driver mounts is below that place, in the container's mount namespace. */
export function namedVolumeMount(volume: NamedVolume, index: number): Mount {
  const { destination, readonly } = volume;
  const options = ["rbind", "rprivate", ...(readonly ? ["rro"] : [])];
  return { destination, type: "bind", source: volumeSource(volume, index), options };
}
