import { putBlob } from "./blobs.ts";
import type { Descriptor, ImageDocument, Manifest, Platform } from "./documents.ts";
import type { ImageStore } from "./image-store.ts";
import { MEDIA } from "./media-types.ts";
import { changeManifests, withName } from "./named-manifests.ts";

/**
 * Puts an image into the store whose layers are there, and gives it a name. The caller shares the store.
 *
 * @param name the whole name; undefined for none
 * @returns its id
 */
export async function putImage(
  store: ImageStore,
  { document, layers }: { readonly document: ImageDocument; readonly layers: readonly Descriptor[] },
  name: string | undefined,
): Promise<string> {
  const config = { mediaType: MEDIA.config, ...putBlob(store, encode(document)) };
  const manifest: Manifest = { schemaVersion: 2, mediaType: MEDIA.manifest, config, layers };
  const descriptor = { mediaType: MEDIA.manifest, ...putBlob(store, encode(manifest)), platform: platformOf(document) };
  await nameManifest(store, descriptor, name);
  return config.digest;
}

/** A manifest whose blobs are all there. */
export function nameManifest(store: ImageStore, descriptor: Descriptor, name: string | undefined): Promise<void> {
  return changeManifests(store, (before) => ({ manifests: withName(before, name, descriptor), result: undefined }));
}

function platformOf({ os, architecture, variant }: ImageDocument): Platform {
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function encode(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
