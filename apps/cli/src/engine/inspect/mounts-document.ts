import type { VolumesFrom } from "../options/volumes-from.ts";
import type { RunOptions } from "../run-options.ts";
import type { Volume } from "../volume.ts";
import type { NamedVolume } from "../volumes/named-volume.ts";
import { dataOf } from "../volumes/volume-places.ts";
import { findVolume } from "../volumes/volume-store.ts";

/** An element of `Mounts` of docker inspect (moby, api/types/container, MountPoint). */
export interface MountDocument {
  readonly Type: "bind" | "volume";
  readonly Name?: string;
  readonly Source: string;
  readonly Destination: string;
  readonly Driver?: string;
  readonly Mode: string;
  readonly RW: boolean;
  readonly Propagation: string;
}

export function mountsDocument({
  volumes,
  namedVolumes,
}: Pick<RunOptions, "volumes" | "namedVolumes">): MountDocument[] {
  return [...volumes.map(bindDocument), ...namedVolumes.map(volumeDocument)];
}

function bindDocument({ source, destination, readonly, propagation }: Volume): MountDocument {
  return {
    Type: "bind",
    Source: source,
    Destination: destination,
    Mode: modeOf({ readonly, propagation }),
    RW: !readonly,
    Propagation: propagation,
  };
}

/** docker says `z` of volumes that have names, whether or not there is SELinux (moby, daemon/volumes_unix.go, setBindModeIfNull). */
function volumeDocument({ name, anonymous, destination, readonly, driver }: NamedVolume): MountDocument {
  return {
    Type: "volume",
    Name: name,
    Source: dataOf(name),
    Destination: destination,
    Driver: findVolume(name)?.driver ?? driver ?? "local",
    Mode: readonly ? "ro" : anonymous ? "" : "z",
    RW: !readonly,
    Propagation: "",
  };
}

/** What `Binds` has of a directory of the host: `-v` as it was given. */
export function bindText({ source, destination, ...mode }: Volume): string {
  return [source, destination, modeOf(mode)].filter((part) => part !== "").join(":");
}

/** The same of a volume. */
export function volumeText({ name, destination, readonly }: NamedVolume): string {
  return [name, destination, ...(readonly ? ["ro"] : [])].join(":");
}

/** `--volumes-from` as it was given. */
export function volumesFromText({ container, readonly }: VolumesFrom): string {
  return readonly === undefined ? container : `${container}:${readonly ? "ro" : "rw"}`;
}

function modeOf({ readonly, propagation }: Pick<Volume, "readonly" | "propagation">): string {
  return [...(readonly ? ["ro"] : []), ...(propagation === "rprivate" ? [] : [propagation])].join(",");
}
