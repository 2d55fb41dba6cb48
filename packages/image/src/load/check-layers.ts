import { createHash } from "node:crypto";
import { type Compression, compressionOf, plainTar } from "@wb/overlay";
import { ImageError } from "../image-error.ts";
import type { ImageDocument } from "../layout/documents.ts";
import type { SpooledFile } from "./spooled-file.ts";

/** A layer of an archive. */
export interface LayerFile {
  readonly path: string;
  readonly file: SpooledFile;
}

/** What is known of files that were read once: several images have the same layers. */
export type SeenLayers = Map<string, { readonly compression: Compression; readonly diffId: string }>;

/**
 * Whether the layers are those that the configuration says, decompressed.
 *
 * @throws ImageError WB_IMAGE_INVALID in docker's words; TarError for one whose compression is broken
 */
export async function checkLayers(
  layers: readonly LayerFile[],
  { rootfs: { diff_ids: diffIds } }: ImageDocument,
  seen: SeenLayers,
): Promise<void> {
  if (layers.length !== diffIds.length)
    throw new ImageError(
      "WB_IMAGE_INVALID",
      `invalid manifest, layers length mismatch: expected ${diffIds.length}, got ${layers.length}`,
    );
  for (const [index, { path, file }] of layers.entries()) {
    const { diffId } = await seeLayer(file, seen);
    const expected = diffIds[index];
    if (diffId !== expected)
      throw new ImageError(
        "WB_IMAGE_INVALID",
        `invalid diffID for layer ${index} (${path}): expected "${expected}", got "${diffId}"`,
      );
  }
}

export async function seeLayer(
  file: SpooledFile,
  seen: SeenLayers,
): Promise<{ readonly compression: Compression; readonly diffId: string }> {
  const before = seen.get(file.digest);
  if (before !== undefined) return before;
  const compression = compressionOf(await head(file));
  const found = { compression, diffId: compression === "none" ? file.digest : await diffIdOf(file) };
  seen.set(file.digest, found);
  return found;
}

async function head(file: SpooledFile): Promise<Uint8Array> {
  for await (const chunk of file.bytes()) return chunk;
  return Buffer.alloc(0);
}

async function diffIdOf(file: SpooledFile): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of plainTar(file.bytes())) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}
