import { ImageError } from "./image-error.ts";
import type { ImageStore } from "./layout/image-store.ts";
import { nameManifest } from "./layout/put-image.ts";
import { needImage } from "./layout/stored-image.ts";
import { formatReference, parseReference, withDefaultTag } from "./reference/image-reference.ts";

/**
 * Gives an image one more name, which another one loses.
 *
 * Equivalent to `docker tag`.
 *
 * @throws ImageError WB_IMAGE_NOT_FOUND, WB_IMAGE_REFERENCE
 */
export async function tagImage(store: ImageStore, word: string, name: string): Promise<void> {
  const reference = parseReference(name);
  if (reference.digest !== undefined)
    throw new ImageError("WB_IMAGE_REFERENCE", "refusing to create a tag with a digest reference");
  const { manifest } = needImage(store, word);
  await nameManifest(store, manifest, formatReference(withDefaultTag(reference)));
}
