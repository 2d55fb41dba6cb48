import { newContainerId } from "../container-id.ts";
import type { VolumeOption } from "../options/mount-option.ts";

/** A volume of the engine that a container has. One that nobody named has a name nevertheless: it is the container's from its creation on. */
export interface NamedVolume extends Omit<VolumeOption, "type" | "source"> {
  readonly name: string;
  /** Nobody gave it its name: it goes with the container, `--rm` and `wb rm -v`. */
  readonly anonymous: boolean;
}

export function namedVolume(option: VolumeOption): NamedVolume {
  const { source, destination, readonly, nocopy, subpath, labels, driver, options } = option;
  const name = source ?? newContainerId();
  return { name, anonymous: source === undefined, destination, readonly, nocopy, subpath, labels, driver, options };
}
