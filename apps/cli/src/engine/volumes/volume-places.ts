import { join } from "node:path";
import { dataDirectory, runDirectory } from "../store/directories.ts";
import type { NamedVolume } from "./named-volume.ts";

/** Where volumes are: the directory's lock is that of all changes of which there are. */
export function volumesDirectory(): string {
  return join(dataDirectory(), "volumes");
}

/** A volume's own directory, whose lock is that of what is in it. The name must have been checked: it would be a path. */
export function volumeDirectory(name: string): string {
  return join(volumesDirectory(), name);
}

/** What containers see of a volume, and what its driver mounts something on, in their mount namespaces. */
export function dataOf(name: string): string {
  return join(volumeDirectory(name), "_data");
}

/** An empty directory, on which a container has a part of its volume mounted, in its own mount namespace. */
export function subpathPlace(index: number): string {
  return join(runDirectory(), "volumes", String(index));
}

/** The directory that a container's mount namespace has for one of its volumes. @param index of the volume among the container's */
export function volumeSource({ name, subpath }: NamedVolume, index: number): string {
  return subpath === undefined ? dataOf(name) : subpathPlace(index);
}
