import { readdirSync } from "node:fs";
import { join } from "node:path";
import { diskUsage, removeTree, withDirectory } from "@wb/overlay";
import { isErrno } from "@wb/syscall";
import type { ImageStore } from "../layout/image-store.ts";
import { shareStore } from "../layout/store-lock.ts";
import { tryLockDirectory } from "../store/lock.ts";
import { buildCacheDirectory } from "./build-cache.ts";
import { cacheMountsDirectory } from "./cache-mounts.ts";

export interface BuildCacheUsage {
  /** Steps that are remembered, and caches of `RUN --mount=type=cache`. */
  readonly entries: number;
  /** Bytes of the disk. */
  readonly size: number;
}

/** What builds keep for the next ones, beside the layers of images. */
export function buildCacheUsage(store: ImageStore): BuildCacheUsage {
  const steps = namesIn(buildCacheDirectory(store));
  const mounts = namesIn(cacheMountsDirectory(store));
  const size = mounts.reduce((sum, name) => sum + diskUsage(join(cacheMountsDirectory(store), name)).disk, 0);
  return { entries: steps.length + mounts.length, size };
}

/**
 * Forgets what builds keep for the next ones: with `mounts` also what is in caches of `RUN --mount=type=cache` that no build has now.
 *
 * Equivalent to `docker builder prune`.
 */
export async function pruneBuildCache(
  store: ImageStore,
  { mounts }: { readonly mounts: boolean },
): Promise<BuildCacheUsage> {
  using _shared = await shareStore(store);
  const steps = removeAll(buildCacheDirectory(store), () => true);
  const caches = mounts ? removeAll(cacheMountsDirectory(store), isFree) : { entries: 0, size: 0 };
  return { entries: steps.entries + caches.entries, size: steps.size + caches.size };
}

function isFree(path: string): boolean {
  using lock = tryLockDirectory(path);
  return lock !== undefined;
}

function removeAll(directory: string, isChosen: (path: string) => boolean): BuildCacheUsage {
  let size = 0;
  const names = namesIn(directory).filter((name) => isChosen(join(directory, name)));
  for (const name of names) {
    const path = join(directory, name);
    size += isDirectory(path) ? diskUsage(path).disk : 0;
    withDirectory(directory, (fd) => removeTree(fd, name));
  }
  return { entries: names.length, size };
}

function isDirectory(path: string): boolean {
  return namesIn(path).length > 0;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}
