import { ImageError } from "./image-error.ts";
import { collectGarbageNow } from "./layout/collect-garbage.ts";
import type { ImageStore } from "./layout/image-store.ts";
import { changeManifests } from "./layout/named-manifests.ts";
import { needImage, readImage, type StoredImage } from "./layout/stored-image.ts";
import { familiarReference, formatReference, parseReference, withDefaultTag } from "./reference/image-reference.ts";

/** What was taken away, in the order in which docker says it. */
export interface RemovedImage {
  /** Names, as people write them. */
  readonly untagged: readonly string[];
  /** Ids of images, and diff ids of layers, that are not there any more. */
  readonly deleted: readonly string[];
}

export interface RemoveOptions {
  /** Also with several names, or where stopped containers are made of it. Default false. */
  readonly force?: boolean;
  /** The containers that are made of images, which stay. */
  readonly users: readonly ImageUser[];
}

export interface ImageUser {
  readonly container: string;
  /** Of the image. */
  readonly image: string;
  readonly isRunning: boolean;
}

/**
 * Takes a name away from an image; with its last, or by its id, the image goes, and what no other one has of its layers.
 *
 * Equivalent to `docker rmi`.
 *
 * @throws ImageError WB_IMAGE_NOT_FOUND; WB_IMAGE_CONFLICT in docker's words
 */
export async function removeImage(
  store: ImageStore,
  word: string,
  { force = false, users }: RemoveOptions,
): Promise<RemovedImage> {
  const image = needImage(store, word);
  const named = nameOf(image, word);
  const own = users.filter((user) => user.image === image.id);
  if (named !== undefined && image.names.length > 1) {
    await forget(store, image, (name) => name === named);
    return { untagged: [familiar(named)], deleted: [] };
  }
  refuse(image, { word, isNamed: named !== undefined, force, own });
  await forget(store, image, () => true);
  const untagged = image.names.map(familiar);
  // The containers have its layers.
  if (own.length > 0) {
    await keepUnnamed(store, image);
    return { untagged, deleted: [] };
  }
  const { layers } = collectGarbageNow(store);
  return { untagged, deleted: [image.id, ...layers] };
}

function nameOf({ names }: StoredImage, word: string): string | undefined {
  try {
    const name = formatReference(withDefaultTag(parseReference(word)));
    return names.find((one) => one === name);
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}

interface Refusal {
  readonly word: string;
  readonly isNamed: boolean;
  readonly force: boolean;
  readonly own: readonly ImageUser[];
}

/** moby, daemon/images/image_delete.go. */
function refuse({ id, names }: StoredImage, { word, isNamed, force, own }: Refusal): void {
  const short = id.slice("sha256:".length, "sha256:".length + 12);
  const running = own.find(({ isRunning }) => isRunning);
  const [stopped] = own;
  const conflict = (what: string, why: string): ImageError =>
    new ImageError("WB_IMAGE_CONFLICT", `conflict: unable to ${what} (${why}`);
  const user = (one: ImageUser): string => one.container.slice(0, 12);
  if (isNamed) {
    if (!force && stopped !== undefined)
      throw conflict(
        `remove repository reference "${word}"`,
        `must force) - container ${user(stopped)} is using its referenced image ${short}`,
      );
    return;
  }
  if (running !== undefined)
    throw conflict(`delete ${short}`, `cannot be forced) - image is being used by running container ${user(running)}`);
  if (!force && names.length > 1)
    throw conflict(`delete ${short}`, "must be forced) - image is referenced in multiple repositories");
  if (!force && stopped !== undefined)
    throw conflict(`delete ${short}`, `must be forced) - image is being used by stopped container ${user(stopped)}`);
}

function forget(
  store: ImageStore,
  { id }: StoredImage,
  isForgotten: (name: string | undefined) => boolean,
): Promise<void> {
  return changeManifests(store, (before) => ({
    manifests: before.filter(({ name, descriptor }) => !isForgotten(name) || readImage(store, descriptor).id !== id),
    result: undefined,
  }));
}

function keepUnnamed(store: ImageStore, { manifest }: StoredImage): Promise<void> {
  return changeManifests(store, (before) => ({
    manifests: [...before, { name: undefined, descriptor: manifest }],
    result: undefined,
  }));
}

function familiar(name: string): string {
  return familiarReference(parseReference(name));
}
