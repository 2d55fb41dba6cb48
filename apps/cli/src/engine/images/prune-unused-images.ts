import { createdOf, pruneImages } from "@wb/image";
import type { PruneFacts } from "../filters/prune-filters.ts";
import type { Pruned } from "../prune/prune-containers.ts";
import { imageUsers } from "./image-users.ts";
import { storeOfImages } from "./store-of-images.ts";

/** Removes images that no container is made of, and what no image has of the store; in the lines that docker prints. */
export async function pruneUnusedImages({
  all,
  isChosen,
}: {
  readonly all: boolean;
  readonly isChosen: (facts: PruneFacts) => boolean;
}): Promise<Pruned> {
  const { untagged, deleted, reclaimed } = await pruneImages(storeOfImages(), {
    all,
    used: new Set(imageUsers().map(({ image }) => image)),
    isChosen: (image) => isChosen({ created: createdOf(image), labels: image.document.config?.Labels ?? {} }),
  });
  return {
    names: [...untagged.map((name) => `untagged: ${name}`), ...deleted.map((id) => `deleted: ${id}`)],
    reclaimed,
  };
}
