import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { removeTree, withDirectory } from "@wb/overlay";
import { ImageError } from "../image-error.ts";
import type { Registry } from "../registry/registry.ts";
import { lockDirectory } from "../store/lock.ts";
import { blobPath, hasBlob, writeBlob } from "./blobs.ts";
import type { Descriptor } from "./documents.ts";
import type { ImageStore } from "./image-store.ts";

/**
 * Has the store have a blob: fetches it where it is not there. Of several that want the same, one fetches it, and the others wait. The caller shares
 * the store.
 *
 * @param onBytes is told how many bytes have come
 * @throws ImageError WB_IMAGE_INVALID for other bytes than its digest says
 */
export async function fetchBlob(
  store: ImageStore,
  registry: Pick<Registry, "blob">,
  descriptor: Descriptor,
  onBytes: (bytes: number) => void,
): Promise<void> {
  // Also where the digest is none.
  blobPath(store, descriptor.digest);
  if (hasBlob(store, descriptor.digest)) return;
  const parent = join(store.images, "fetching");
  const name = descriptor.digest.slice("sha256:".length);
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  using _lock = await lockDirectory(join(parent, name));
  try {
    if (!hasBlob(store, descriptor.digest)) await fetchNow(store, registry, descriptor, onBytes);
  } finally {
    withDirectory(parent, (fd) => removeTree(fd, name));
  }
}

async function fetchNow(
  store: ImageStore,
  registry: Pick<Registry, "blob">,
  descriptor: Descriptor,
  onBytes: (bytes: number) => void,
): Promise<void> {
  using writer = writeBlob(store);
  for await (const chunk of registry.blob(descriptor)) {
    writer.write(chunk);
    if (writer.size() > descriptor.size)
      throw new ImageError("WB_IMAGE_INVALID", `the blob ${descriptor.digest} has more bytes than was said`);
    onBytes(writer.size());
  }
  writer.finish(descriptor);
}
