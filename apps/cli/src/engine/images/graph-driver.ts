import { findImage, layerPlace } from "@wb/image";
import { storeOfImages } from "./store-of-images.ts";
import { writableLayer } from "./writable-layer.ts";

/** `GraphDriver.Data` of docker inspect, for the root of a container of an image. */
export function graphDriverData(image: string, directory: string): Readonly<Record<string, string>> {
  const store = storeOfImages();
  const ids = findImage(store, image)?.document.rootfs.diff_ids ?? [];
  const { upper, work } = writableLayer(directory);
  return {
    LowerDir: ids
      .map((diffId) => layerPlace(store, diffId))
      .toReversed()
      .join(":"),
    UpperDir: upper,
    WorkDir: work,
  };
}
