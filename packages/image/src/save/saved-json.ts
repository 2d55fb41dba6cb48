import type { Descriptor } from "../layout/documents.ts";
import { LAYOUT_TEXT } from "../layout/layout-file.ts";
import { MEDIA } from "../layout/media-types.ts";
import { IMAGE_NAME, REF_NAME } from "../load/annotated-name.ts";
import { familiarReference, familiarRepository, parseReference } from "../reference/image-reference.ts";
import type { ImageToSave } from "./images-to-save.ts";

/**
 * The files of an archive that say what images are in it, as docker writes them since version 25: an OCI layout, and beside it what older ones
 * read.
 *
 * @param layerPath where the layer of an image is that docker reads
 */
export function savedJson(
  images: readonly ImageToSave[],
  layerPath: (layer: Descriptor, diffId: string) => string,
): Readonly<Record<string, string>> {
  return {
    "index.json": text({ schemaVersion: 2, mediaType: MEDIA.index, manifests: images.flatMap(descriptors) }),
    "manifest.json": text(
      images.map(({ image, names }) => ({
        Config: blobName(image.id),
        RepoTags: names.length === 0 ? null : names.map((name) => familiarReference(parseReference(name))),
        Layers: image.layers.map((layer, index) => layerPath(layer, image.document.rootfs.diff_ids[index] ?? "")),
      })),
    ),
    "oci-layout": LAYOUT_TEXT.trim(),
    repositories: text(repositories(images)),
  };
}

export function blobName(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function descriptors({ image, names }: ImageToSave): Descriptor[] {
  const { mediaType, digest, size } = image.manifest;
  const { os, architecture, variant } = image.document;
  const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
  const plain = { mediaType, digest, size, platform };
  if (names.length === 0) return [plain];
  return names.map((name) => ({
    mediaType,
    digest,
    size,
    annotations: { [IMAGE_NAME]: name, [REF_NAME]: parseReference(name).tag ?? "" },
    platform,
  }));
}

/** By repository and tag, as docker had it before version 1.10: which layer, or here image, it is. */
function repositories(images: readonly ImageToSave[]): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const all: Record<string, Record<string, string>> = {};
  for (const { image, names } of images)
    for (const name of names) {
      const reference = parseReference(name);
      const repository = familiarRepository(reference);
      all[repository] = { ...all[repository], [reference.tag ?? ""]: image.id.slice("sha256:".length) };
    }
  return all;
}

function text(value: unknown): string {
  return JSON.stringify(value);
}
