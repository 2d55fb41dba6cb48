import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chainId, type ImageStore, layerDirectories, layerPlace, layerSize, needImage } from "@wb/image";
import type { ImageRootOption } from "../run-options.ts";
import { storeOfImages } from "./store-of-images.ts";
import type { Layers } from "./writable-layer.ts";

/** The directories of the layers of an image's root, the topmost first; each is unpacked by its first use. */
export async function layersOfImage(option: ImageRootOption): Promise<Layers> {
  const store = storeOfImages();
  if (option.diffIds !== undefined) return placesOfLayers(option);
  const [first, ...rest] = await layerDirectories(store, needImage(store, option.image));
  return first === undefined ? [emptyLayer(store)] : [first, ...rest];
}

/** Where they are once they are unpacked. An image may have none: it is an empty root then. */
export function placesOfLayers(option: ImageRootOption): Layers {
  const store = storeOfImages();
  const [first, ...rest] = diffIdsOf(option)
    .map((diffId) => layerPlace(store, diffId))
    .toReversed();
  return first === undefined ? [emptyLayer(store)] : [first, ...rest];
}

/** What stands for all of the layers: the chain id of the last one, OCI image-spec, config.md. */
export function chainOf(option: ImageRootOption): string {
  return chainId(diffIdsOf(option));
}

function diffIdsOf({ image, diffIds }: ImageRootOption): readonly string[] {
  return diffIds ?? needImage(storeOfImages(), image).document.rootfs.diff_ids;
}

function emptyLayer({ layers }: ImageStore): string {
  const empty = join(layers, "empty");
  mkdirSync(empty, { recursive: true, mode: 0o755 });
  return empty;
}

/** Bytes of the files of all its layers; 0 for one that is not there any more. */
export function sizeOfImage(id: string): number {
  const store = storeOfImages();
  try {
    return needImage(store, id).document.rootfs.diff_ids.reduce((sum, diffId) => sum + layerSize(store, diffId), 0);
  } catch {
    return 0;
  }
}
