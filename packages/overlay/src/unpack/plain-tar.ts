import { BufferPool } from "../tar/buffer-pool.ts";
import { decompressed } from "../tar/decompress.ts";
import { type ArchiveSource, CHUNK, chunksOf } from "./archive-source.ts";

/**
 * The bytes of an archive, decompressed where it is compressed: what `unpack` would read.
 *
 * Equivalent to `zcat`, for all kinds of compression that are known.
 *
 * @throws TarError for data that is broken or cut off, and for a compression whose program is missing
 */
export function plainTar(source: ArchiveSource): AsyncIterable<Uint8Array> {
  const pool = new BufferPool(CHUNK);
  return decompressed(chunksOf(source, pool), pool);
}
