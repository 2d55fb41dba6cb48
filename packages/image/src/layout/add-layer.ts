import { createHash } from "node:crypto";
import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import {
  type ArchiveSource,
  type Compression,
  compressionOf,
  packLayer,
  type PackLayerOptions,
  plainTar,
} from "@wb/overlay";
import { writeBlob } from "./blobs.ts";
import type { Descriptor } from "./documents.ts";
import type { ImageStore } from "./image-store.ts";
import { MEDIA } from "./media-types.ts";

/** A layer whose bytes are in the store. */
export interface NewLayer {
  readonly descriptor: Descriptor;
  /** `sha256:…` of its tar archive. */
  readonly diffId: string;
}

/** Packs a directory, or with `whiteouts` the upper one of an overlay, as a layer. The caller shares the store. */
export async function packNewLayer(
  store: ImageStore,
  directory: string,
  options: PackLayerOptions & { readonly compression?: "gzip" | "zstd" } = {},
): Promise<NewLayer> {
  using writer = writeBlob(store);
  const { diffId } = await packLayer(directory, writer.write, { compression: "gzip", ...options });
  const mediaType = options.compression === "zstd" ? MEDIA.layerZstd : MEDIA.layerGzip;
  return { descriptor: { mediaType, ...writer.finish() }, diffId };
}

/**
 * Adds an archive as a layer, as it is where registries take it so; what is not compressed, or otherwise, is compressed by gzip. The caller shares
 * the store.
 *
 * @throws TarError for one whose compression is broken
 */
export async function addLayer(store: ImageStore, source: Exclude<ArchiveSource, string | number>): Promise<NewLayer> {
  using writer = writeBlob(store);
  const hash = createHash("sha256");
  const { compression, chunks } = await withHead(source);
  const isKept = compression === "gzip" || compression === "zstd";
  const plain = seen(plainTar(isKept ? seen(chunks, writer.write) : chunks), (bytes) => void hash.update(bytes));
  if (isKept) for await (const _chunk of plain);
  else for await (const chunk of gzipped(plain)) writer.write(chunk);
  const mediaType = compression === "zstd" ? MEDIA.layerZstd : MEDIA.layerGzip;
  return { descriptor: { mediaType, ...writer.finish() }, diffId: `sha256:${hash.digest("hex")}` };
}

async function* seen(chunks: AsyncIterable<Uint8Array>, see: (bytes: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    see(chunk);
    yield chunk;
  }
}

function gzipped(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gzip = createGzip({ chunkSize: 2 ** 18 });
  // An error is told where it is read. What is read may be used again once it was given on: the stream gets its own.
  pipeline(Readable.from(copied(chunks), { objectMode: true, highWaterMark: 2 }), gzip, () => {});
  return gzip;
}

async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/** The magic number may come in parts. */
async function withHead(
  source: AsyncIterable<Uint8Array>,
): Promise<{ readonly compression: Compression; readonly chunks: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let isDone = false;
  while (head.length < 6 && !isDone) {
    const { value, done = false } = await iterator.next();
    isDone = done;
    if (!done) head = Buffer.concat([head, value]);
  }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { compression: compressionOf(head), chunks: chunks() };
}
