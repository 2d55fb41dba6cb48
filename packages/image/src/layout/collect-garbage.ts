import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { diskUsage, removeTree, withDirectory } from "@wb/overlay";
import { isErrno } from "@wb/syscall";
import { tryLockDirectory } from "../store/lock.ts";
import { chainId } from "./chain-id.ts";
import type { ImageStore } from "./image-store.ts";
import { namedManifests } from "./named-manifests.ts";
import { holdStore, tryHoldStore } from "./store-lock.ts";
import { readImage } from "./stored-image.ts";

/** What was removed. */
export interface Collected {
  /** `sha256:…` */
  readonly blobs: readonly string[];
  /** Diff ids of layers. */
  readonly layers: readonly string[];
  /** Bytes of the disk: of blobs, and of layers as they were unpacked. */
  readonly size: number;
}

/** Removes the blobs and layers that no image of the store has, with what killed processes left; waits while any are added. */
export async function collectGarbage(store: ImageStore): Promise<Collected> {
  using _held = await holdStore(store);
  return collect(store);
}

/** The same, unless somebody adds something just now: who collects the next time removes it. */
export function collectGarbageNow(store: ImageStore): Collected {
  using held = tryHoldStore(store);
  return held === undefined ? { blobs: [], layers: [], size: 0 } : collect(store);
}

function collect(store: ImageStore): Collected {
  const wanted = new Set<string>();
  const chains = new Set<string>();
  const layers = new Set<string>();
  for (const { descriptor } of namedManifests(store)) {
    const image = readImage(store, descriptor);
    chains.add(chainId(image.document.rootfs.diff_ids));
    for (const digest of [descriptor.digest, image.id, ...image.layers.map((layer) => layer.digest)])
      wanted.add(digest);
    for (const diffId of image.document.rootfs.diff_ids) layers.add(diffId);
  }
  const blobs = join(store.images, "blobs/sha256");
  const gone = readdirSync(blobs).filter((hex) => !wanted.has(`sha256:${hex}`));
  const size = gone.reduce((sum, hex) => sum + lstatSync(join(blobs, hex)).size, 0);
  for (const hex of gone) rmSync(join(blobs, hex), { recursive: true });
  const unpacked = removeOthers(join(store.layers, "sha256"), (name) => layers.has(`sha256:${name}`));
  removeOthers(join(store.layers, "init"), (name) => chains.has(`sha256:${name}`));
  // Nobody builds or fetches: they share the store while they do.
  removeOthers(store.layers, (name) => !name.startsWith(BUILDING));
  removeOthers(join(store.images, "fetching"), () => false);
  return {
    blobs: gone.map((hex) => `sha256:${hex}`),
    layers: unpacked.names.map((hex) => `sha256:${hex}`),
    size: size + unpacked.size,
  };
}

/** What the directories of builds are called, in which they write. */
export const BUILDING = ".build-";

/** What begins with a dot is being made, or was left by a killed process. */
function removeOthers(
  directory: string,
  isKept: (name: string) => boolean,
): { readonly names: readonly string[]; readonly size: number } {
  let size = 0;
  const names = namesIn(directory).filter((name) => {
    if (isKept(name)) return false;
    using lock = name.startsWith(".") ? tryLockDirectory(join(directory, name)) : undefined;
    if (name.startsWith(".") && lock === undefined) return false;
    size += diskUsage(join(directory, name)).disk;
    withDirectory(directory, (fd) => removeTree(fd, name));
    return !name.startsWith(".");
  });
  return { names, size };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
