import { type Collected, collectGarbage } from "./layout/collect-garbage.ts";
import type { ImageStore } from "./layout/image-store.ts";
import { changeManifests } from "./layout/named-manifests.ts";
import { listImages, readImage, type StoredImage } from "./layout/stored-image.ts";
import { familiarReference, parseReference } from "./reference/image-reference.ts";

export interface PruneOptions {
  /** Also images that have names. Default false: only those that have lost theirs. */
  readonly all?: boolean;
  /** Ids of images that containers are made of, which stay. */
  readonly used: ReadonlySet<string>;
  /** Whether one that would go does. Default: all do. */
  readonly isChosen?: (image: StoredImage) => boolean;
}

export interface PrunedImages {
  /** Names, as people write them. */
  readonly untagged: readonly string[];
  /** Ids of images, and diff ids of layers, that are not there any more. */
  readonly deleted: readonly string[];
  /** Bytes that are free again, on the disk: blobs, and layers as they were unpacked. */
  readonly reclaimed: number;
}

/**
 * Removes images that no container is made of, and all that no image has: also what killed processes have left.
 *
 * Equivalent to `docker image prune`.
 */
export async function pruneImages(
  store: ImageStore,
  { all = false, used, isChosen = () => true }: PruneOptions,
): Promise<PrunedImages> {
  const going = listImages(store).filter(
    (image) => (all || image.names.length === 0) && !used.has(image.id) && isChosen(image),
  );
  const ids = new Set(going.map(({ id }) => id));
  // What somebody has given a name meanwhile stays.
  const gone = await changeManifests(store, (before) => {
    const [removed, manifests] = [[], []] as [(typeof before)[number][], (typeof before)[number][]];
    for (const one of before)
      (ids.has(readImage(store, one.descriptor).id) && (all || one.name === undefined) ? removed : manifests).push(one);
    return { manifests, result: removed };
  });
  const collected: Collected = await collectGarbage(store);
  return {
    untagged: gone.flatMap(({ name }) => (name === undefined ? [] : familiarReference(parseReference(name)))),
    deleted: [...ids, ...collected.layers],
    reclaimed: collected.size,
  };
}
