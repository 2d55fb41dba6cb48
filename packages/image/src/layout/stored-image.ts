import { ImageError } from "../image-error.ts";
import {
  familiarReference,
  formatReference,
  type ImageReference,
  parseReference,
  withDefaultTag,
} from "../reference/image-reference.ts";
import { readBlob } from "./blobs.ts";
import type { Descriptor, ImageDocument, Manifest } from "./documents.ts";
import type { ImageStore } from "./image-store.ts";
import { namedManifests } from "./named-manifests.ts";

/** An image of the store. */
export interface StoredImage {
  /** The digest of its configuration: `sha256:…`. */
  readonly id: string;
  /** Its whole names, `docker.io/library/busybox:latest`; none for one that has lost its last. */
  readonly names: readonly string[];
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
  readonly document: ImageDocument;
  /** By which registries know it: `docker.io/library/busybox@sha256:…`. */
  readonly repoDigests: readonly string[];
}

/** The annotation with what a registry called the manifest, or the index that it was chosen from. */
export const REPO_DIGEST = "org.whalebox.image.repo-digests";

/** All images, those that were made last first. */
export function listImages(store: ImageStore): StoredImage[] {
  const all = new Map<string, StoredImage>();
  for (const { name, descriptor } of namedManifests(store)) {
    const image = readImage(store, descriptor);
    const before = all.get(image.id);
    const names = [...(before?.names ?? []), ...(name === undefined ? [] : [name])];
    const repoDigests = [...new Set([...(before?.repoDigests ?? []), ...image.repoDigests])];
    all.set(image.id, { ...(before ?? image), names, repoDigests });
  }
  return [...all.values()].toSorted((a, b) => createdOf(b) - createdOf(a));
}

/** Milliseconds since 1970; 0 where it does not say when it was made. */
export function createdOf({ document: { created } }: Pick<StoredImage, "document">): number {
  const time = created === undefined ? Number.NaN : Date.parse(created);
  return Number.isNaN(time) ? 0 : time;
}

/**
 * The image that a word stands for: a name, or an id or as much of it as is enough.
 *
 * @returns undefined when there is none
 * @throws ImageError WB_IMAGE_CONFLICT for the beginning of several ids
 */
export function findImage(store: ImageStore, word: string): StoredImage | undefined {
  const images = listImages(store);
  const hex = /^(?:sha256:)?([\da-f]+)$/.exec(word)?.[1];
  if (hex?.length === 64) return images.find(({ id }) => id === `sha256:${hex}`);
  const reference = referenceOf(word);
  const named = reference === undefined ? undefined : images.find((image) => hasName(image, reference));
  if (named !== undefined || hex === undefined) return named;
  const [found, other] = images.filter(({ id }) => id.startsWith(`sha256:${hex}`));
  if (other !== undefined)
    throw new ImageError("WB_IMAGE_CONFLICT", `ambiguous image id prefix: ${word}`, { hint: "give more of it" });
  return found;
}

/** As {@link findImage}. @throws ImageError WB_IMAGE_NOT_FOUND in docker's words */
export function needImage(store: ImageStore, word: string): StoredImage {
  const found = findImage(store, word);
  if (found !== undefined) return found;
  const reference = referenceOf(word);
  const name = reference === undefined ? word : familiarReference(withDefaultTag(reference));
  throw new ImageError("WB_IMAGE_NOT_FOUND", `No such image: ${name}`, { hint: "wb images lists those that are here" });
}

/** @throws ImageError WB_IMAGE_INVALID for a manifest that is none */
export function readImage(store: ImageStore, manifest: Descriptor): StoredImage {
  const { config, layers } = JSON.parse(readBlob(store, manifest.digest).toString()) as Manifest;
  const document = JSON.parse(readBlob(store, config.digest).toString()) as ImageDocument;
  const repoDigests = (manifest.annotations?.[REPO_DIGEST] ?? "").split(" ").filter(Boolean);
  return { id: config.digest, names: [], manifest, config, layers, document, repoDigests };
}

function hasName({ names, repoDigests, manifest }: StoredImage, reference: ImageReference): boolean {
  const { digest, domain, path } = reference;
  if (digest === undefined) return names.includes(formatReference(withDefaultTag(reference)));
  const named = `${domain}/${path}@${digest}`;
  return (
    repoDigests.includes(named) ||
    (manifest.digest === digest && names.some((name) => name.startsWith(`${domain}/${path}:`)))
  );
}

function referenceOf(word: string): ImageReference | undefined {
  try {
    return parseReference(word);
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}
