import { buildCacheUsage, type ImageStore, layerSize, listImages, type StoredImage } from "@wb/image";
import type { ImageRow } from "../columns/image-columns.ts";
import type { ImageUsage } from "../usage/disk-usage.ts";
import { imageRows } from "./image-rows.ts";
import { imageUsers } from "./image-users.ts";
import { storeOfImages } from "./store-of-images.ts";

/** What images take of the disk, and of each what it shares with others. */
export function imageUsage(): ImageUsage & { readonly rows: readonly ImageRow[] } {
  const store = storeOfImages();
  const images = listImages(store);
  const users = imageUsers();
  const layers = layersOf(store, images);
  const used = new Set(users.map(({ image }) => image));
  const active = images.filter(({ id }) => used.has(id));
  const kept = new Set(active.flatMap(({ document }) => document.rootfs.diff_ids));
  const size = sum([...layers.values()].map((layer) => layer.size));
  const inUse = sum([...layers].flatMap(([diffId, layer]) => (kept.has(diffId) ? layer.size : [])));
  const rows = imageRows(store).map((row) => {
    const image = images.find(({ id }) => id === row.id);
    const own = (image?.document.rootfs.diff_ids ?? []).map((diffId) => layers.get(diffId));
    const shared = sum(own.flatMap((layer) => (layer === undefined || layer.images < 2 ? [] : layer.size)));
    const containers = users.filter((user) => user.image === row.id).length;
    return { ...row, shared, containers };
  });
  return {
    total: images.length,
    active: active.length,
    size,
    reclaimable: size - inUse,
    buildCache: buildCacheUsage(store),
    rows,
  };
}

/** Each layer once, with how many images have it. */
function layersOf(
  store: ImageStore,
  images: readonly StoredImage[],
): ReadonlyMap<string, { readonly size: number; readonly images: number }> {
  const layers = new Map<string, { readonly size: number; readonly images: number }>();
  for (const { document, layers: blobs } of images)
    for (const [index, diffId] of document.rootfs.diff_ids.entries()) {
      const known = layers.get(diffId);
      const size = known?.size ?? (layerSize(store, diffId) || (blobs[index]?.size ?? 0));
      layers.set(diffId, { size, images: (known?.images ?? 0) + 1 });
    }
  return layers;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
