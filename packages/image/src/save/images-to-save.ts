import { ImageError } from "../image-error.ts";
import type { ImageStore } from "../layout/image-store.ts";
import { listImages, needImage, type StoredImage } from "../layout/stored-image.ts";
import { formatReference, type ImageReference, parseReference, withDefaultTag } from "../reference/image-reference.ts";

/** An image that is to be saved, and the whole names that it is to have in the archive. */
export interface ImageToSave {
  readonly image: StoredImage;
  readonly names: readonly string[];
}

/**
 * The images that words stand for, each once, in their order: a repository without a tag is all of its images, an id is one without a name.
 *
 * moby, image/tarexport/save.go.
 *
 * @throws ImageError WB_IMAGE_NOT_FOUND
 */
export function imagesToSave(store: ImageStore, words: readonly string[]): ImageToSave[] {
  const all = new Map<string, { readonly image: StoredImage; readonly names: Set<string> }>();
  for (const { image, name } of words.flatMap((word) => meant(store, word))) {
    const one = all.get(image.id) ?? { image, names: new Set() };
    all.set(image.id, one);
    if (name !== undefined) one.names.add(name);
  }
  return [...all.values()].map(({ image, names }) => ({ image, names: [...names].toSorted() }));
}

interface Meant {
  readonly image: StoredImage;
  readonly name?: string;
}

function meant(store: ImageStore, word: string): Meant[] {
  const reference = referenceOf(word);
  if (reference !== undefined && reference.tag === undefined && reference.digest === undefined) {
    const repository = `${formatReference(reference)}:`;
    const tagged = listImages(store).flatMap((image) =>
      image.names.filter((name) => isOf(name, repository)).map((name) => ({ image, name })),
    );
    if (tagged.length > 0) return tagged;
  }
  const image = needImage(store, word);
  const name = reference === undefined ? undefined : formatReference(withDefaultTag(reference));
  return [name !== undefined && image.names.includes(name) ? { image, name } : { image }];
}

/** Behind its colon there is nothing but a tag. */
function isOf(name: string, repository: string): boolean {
  return name.startsWith(repository) && !name.slice(repository.length).includes("/");
}

function referenceOf(word: string): ImageReference | undefined {
  try {
    return parseReference(word);
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}
