import { addLayer } from "./layout/add-layer.ts";
import type { Platform } from "./layout/documents.ts";
import type { ImageConfig } from "./layout/image-config.ts";
import type { ImageStore } from "./layout/image-store.ts";
import { putImage } from "./layout/put-image.ts";
import { shareStore } from "./layout/store-lock.ts";
import { hostPlatform } from "./platform.ts";

export interface ImportOptions {
  /** The whole name that it gets; none without. */
  readonly name?: string | undefined;
  readonly config?: ImageConfig | undefined;
  /** Of the one entry of its history. */
  readonly message?: string | undefined;
  readonly platform?: Platform | undefined;
}

/**
 * Makes an image of one layer of a root file system's archive.
 *
 * Equivalent to `docker import`.
 *
 * @returns its id
 * @throws TarError for an archive that is broken
 */
export async function importImage(
  store: ImageStore,
  source: AsyncIterable<Uint8Array>,
  { name, config = {}, message = "", platform = hostPlatform() }: ImportOptions = {},
): Promise<string> {
  using _shared = await shareStore(store);
  const { descriptor, diffId } = await addLayer(store, source);
  const created = new Date().toISOString();
  const document = {
    ...platform,
    created,
    config,
    rootfs: { type: "layers", diff_ids: [diffId] },
    history: [{ created, comment: message }],
  } as const;
  return await putImage(store, { document, layers: [descriptor] }, name);
}
