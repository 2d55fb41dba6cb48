import { compressionOf, plainTar } from "@wb/overlay";
import { openBlob } from "../layout/blobs.ts";
import type { Descriptor } from "../layout/documents.ts";
import type { ImageStore } from "../layout/image-store.ts";
import type { ImageToSave } from "./images-to-save.ts";

/** A layer that is in an archive once more, decompressed: by the diff id, which is its digest then. */
export interface PlainLayer {
  readonly diffId: string;
  /** Of what is in the store. */
  readonly digest: string;
  /** Bytes, decompressed. */
  readonly size: number;
}

/** docker reads layers that are compressed with zstd only since version 23. */
export async function layersForDocker(
  store: ImageStore,
  images: readonly ImageToSave[],
): Promise<ReadonlyMap<string, PlainLayer>> {
  const all = new Map<string, PlainLayer>();
  for (const { image } of images)
    for (const [index, { digest }] of image.layers.entries()) {
      const diffId = image.document.rootfs.diff_ids[index];
      if (diffId === undefined || all.has(digest) || !(await isZstd(store, digest))) continue;
      let size = 0;
      for await (const chunk of plainTar(openBlob(store, digest))) size += chunk.length;
      all.set(digest, { diffId, digest, size });
    }
  return all;
}

async function isZstd(store: ImageStore, digest: string): Promise<boolean> {
  for await (const chunk of openBlob(store, digest)) return compressionOf(chunk) === "zstd";
  return false;
}

/** What a layer's descriptor stands for in docker's list. */
export function dockerDigest({ digest }: Descriptor, plain: ReadonlyMap<string, PlainLayer>): string {
  return plain.get(digest)?.diffId ?? digest;
}
