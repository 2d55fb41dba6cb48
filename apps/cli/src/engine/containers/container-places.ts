import { dataDirectory, runDirectory } from "../store/directories.ts";

/** Where a container is: see docs/containers.md. */
export interface ContainerPlaces {
  /** The directory with `containers` and `names`. */
  readonly store: string;
  readonly entry: string;
  /** The OCI runtime's root. */
  readonly runtime: string;
  /** What its supervisor has; it goes when the container has ended. */
  readonly supervised: string;
  /** Where that writes how it ended. */
  readonly exit: string;
  /** The state of a `wb run` in the foreground. */
  readonly foreground: string;
  /** An empty directory, on which its root is mounted in its own mount namespace. */
  readonly mountpoint: string;
}

export function placesOf(id: string): ContainerPlaces {
  return placesIn({ store: dataDirectory(), run: runDirectory() }, id);
}

/** As {@link placesOf}, for who looks the directories up once for many. */
export function placesIn(
  { store, run }: { readonly store: string; readonly run: string },
  id: string,
): ContainerPlaces {
  const supervised = `${run}/supervised/${id}`;
  return {
    store,
    entry: `${store}/containers/${id}`,
    runtime: `${run}/containers`,
    supervised,
    exit: `${supervised}/exit`,
    foreground: `${run}/${id}`,
    mountpoint: `${supervised}/rootfs`,
  };
}
