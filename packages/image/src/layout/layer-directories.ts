import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyLayer, type ApplyLayerOptions, removeTree, withDirectory } from "@wb/overlay";
import { call, isErrno, run, step } from "@wb/syscall";
import { ImageError } from "../image-error.ts";
import { lockDirectory } from "../store/lock.ts";
import type { NewLayer } from "./add-layer.ts";
import { openBlob } from "./blobs.ts";
import type { Descriptor } from "./documents.ts";
import type { ImageStore } from "./image-store.ts";
import { shareStore } from "./store-lock.ts";
import type { StoredImage } from "./stored-image.ts";

export type ApplyOptions = Partial<ApplyLayerOptions>;

/**
 * The directories of an image's layers, as overlay takes them: the topmost first. What was not unpacked yet is, each layer once, whoever comes first;
 * a layer is there as a whole, or not.
 *
 * @throws ImageError WB_IMAGE_INVALID for a layer that is not what the image's configuration says
 */
export async function layerDirectories(
  store: ImageStore,
  image: StoredImage,
  options: ApplyOptions = {},
): Promise<string[]> {
  const { layers, document } = image;
  const ids = document.rootfs.diff_ids;
  if (ids.length !== layers.length)
    throw new ImageError(
      "WB_IMAGE_INVALID",
      `the image ${image.id} has ${layers.length} layers, and its configuration ${ids.length}`,
    );
  const known = ids.map((diffId, index) => ({ diffId, descriptor: layers[index] ?? NO_LAYER }));
  return layerDirectoriesOf(store, known, options);
}

const NO_LAYER: Descriptor = { mediaType: "", digest: "", size: 0 };

/** The same of layers, the lowest first, whose bytes are in the store. */
export async function layerDirectoriesOf(
  store: ImageStore,
  layers: readonly NewLayer[],
  options: ApplyOptions = {},
): Promise<string[]> {
  const directories = layers.map(({ diffId }) => layerPlace(store, diffId));
  const missing = layers.filter(({ diffId }) => !existsSync(layerPlace(store, diffId)));
  if (missing.length > 0) {
    using _shared = await shareStore(store);
    for (let first = 0; first < missing.length; first += AT_ONCE)
      await Promise.all(
        missing
          .slice(first, first + AT_ONCE)
          .map(({ diffId, descriptor }) => unpackOnce(store, { diffId, digest: descriptor.digest }, options)),
      );
  }
  const lowestSeen = directories.findLastIndex((directory) => existsSync(join(directory, "..", OPAQUE)));
  return directories.slice(Math.max(0, lowestSeen)).toReversed();
}

const AT_ONCE = 3;

/** Where a layer is unpacked to, whether it was or not. */
export function layerPlace({ layers }: ImageStore, diffId: string): string {
  if (!/^sha256:[\da-f]{64}$/.test(diffId))
    throw new ImageError("WB_IMAGE_INVALID", `invalid diff id ${JSON.stringify(diffId)}: sha256:… is meant`);
  return join(layers, "sha256", diffId.slice("sha256:".length), "diff");
}

/** Beside a layer that hides all of those below. */
const OPAQUE = "opaque";

/** The directory that it is unpacked in is locked: who comes second waits, and finds it. */
async function unpackOnce(
  store: ImageStore,
  { diffId, digest }: { readonly diffId: string; readonly digest: string },
  options: ApplyOptions,
): Promise<void> {
  const made = join(layerPlace(store, diffId), "..");
  const parent = join(store.layers, "sha256");
  const name = `.${diffId.slice("sha256:".length)}`;
  const temporary = join(parent, name);
  using _lock = await lockDirectory(temporary);
  try {
    if (existsSync(made)) return;
    // Of a process that was killed.
    withDirectory(temporary, (fd) => removeTree(fd, "layer"));
    const diff = join(temporary, "layer/diff");
    mkdirSync(diff, { recursive: true, mode: 0o755 });
    const applied = await applyLayer(openBlob(store, digest), diff, { whiteouts: "overlay", ...options });
    if (applied.diffId !== diffId)
      throw new ImageError(
        "WB_IMAGE_INVALID",
        `the layer ${digest} is ${applied.diffId} uncompressed, and not ${diffId}`,
      );
    if (applied.opaque) writeFileSync(join(temporary, "layer", OPAQUE), "");
    keep(temporary, made);
  } finally {
    withDirectory(parent, (fd) => removeTree(fd, name));
  }
}

/** It is on the disk before it has its name. */
function keep(temporary: string, made: string): void {
  withDirectory(temporary, (fd) => run([step(`keep ${made}`, [call("syncfs", fd)])]));
  try {
    renameSync(join(temporary, "layer"), made);
  } catch (error) {
    if (!isErrno(error, "ENOTEMPTY", "EEXIST")) throw error;
  }
}
