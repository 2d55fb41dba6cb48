import { findInfo } from "../containers/container-info.ts";
import type { VolumesFrom } from "../options/volumes-from.ts";
import type { RunOptions } from "../run-options.ts";

/**
 * The same with the volumes and directories that other containers have: what it has itself in a place is what counts there, and of
 * several containers the last.
 *
 * @throws UserError for a container that is not there
 */
export function withVolumesFrom(options: RunOptions): RunOptions {
  const { volumesFrom, volumes, namedVolumes, tmpfs } = options;
  if (volumesFrom.length === 0) return options;
  const others = volumesFrom.map(mountsOf);
  const later = (index: number) =>
    others.slice(index + 1).flatMap(({ volumes: binds, namedVolumes: named }) => [...binds, ...named]);
  const taken = (index: number): ReadonlySet<string> =>
    new Set([...later(index), ...volumes, ...namedVolumes, ...tmpfs].map(({ destination }) => destination));
  return {
    ...options,
    volumes: [
      ...others.flatMap((other, index) => other.volumes.filter(({ destination }) => !taken(index).has(destination))),
      ...volumes,
    ],
    namedVolumes: [
      ...others.flatMap((other, index) =>
        other.namedVolumes.filter(({ destination }) => !taken(index).has(destination)),
      ),
      ...namedVolumes,
    ],
  };
}

function mountsOf({ container, readonly }: VolumesFrom): Pick<RunOptions, "volumes" | "namedVolumes"> {
  const { volumes, namedVolumes } = findInfo(container).config.options;
  const access = (own: boolean) => ({ readonly: own || readonly === true });
  return {
    volumes: volumes.map((volume) => ({ ...volume, ...access(volume.readonly) })),
    // It has been filled for the other one.
    namedVolumes: namedVolumes.map((volume) => ({ ...volume, ...access(volume.readonly), nocopy: true })),
  };
}
