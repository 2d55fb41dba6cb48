import {
  createdOf,
  familiarRepository,
  type ImageStore,
  layerSize,
  listImages,
  parseReference,
  type StoredImage,
} from "@wb/image";
import type { ImageRow } from "../columns/image-columns.ts";

/** A line for each name of each image. */
export function imageRows(store: ImageStore): ImageRow[] {
  return listImages(store).flatMap((image) => {
    const { id, names, document } = image;
    const row = { id, created: createdOf(image), size: imageSize(store, image), labels: document.config?.Labels ?? {} };
    const none = { name: "", repository: "<none>", tag: "<none>", digest: "<none>" };
    return names.length === 0
      ? [{ ...row, ...none }]
      : names.toSorted().map((name) => ({ ...row, ...named(image, name) }));
  });
}

/** Bytes of the files of its layers, or of what they are packed in where they were never used. */
export function imageSize(store: ImageStore, { document, layers }: StoredImage): number {
  return document.rootfs.diff_ids.reduce((sum, diffId, index) => {
    const size = layerSize(store, diffId);
    return sum + (size === 0 ? (layers[index]?.size ?? 0) : size);
  }, 0);
}

function named({ repoDigests }: StoredImage, name: string): Pick<ImageRow, "name" | "repository" | "tag" | "digest"> {
  const reference = parseReference(name);
  const repository = `${reference.domain}/${reference.path}@`;
  const digest = repoDigests.find((one) => one.startsWith(repository))?.slice(repository.length);
  return {
    name,
    repository: familiarRepository(reference),
    tag: reference.tag ?? "<none>",
    digest: digest ?? "<none>",
  };
}
