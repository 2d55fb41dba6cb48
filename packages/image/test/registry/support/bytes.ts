import { createHash, randomBytes } from "node:crypto";
import type { BlobOfSize } from "../../../src/registry/pull-blob.ts";

export interface Blob extends BlobOfSize {
  readonly bytes: Buffer;
}

export function blobOf(bytes: Buffer): Blob {
  return { bytes, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, size: bytes.length };
}

export const randomBlob = (size: number): Blob => blobOf(randomBytes(size));

/** From one byte on, in pieces as a file is read. */
export function opener({ bytes }: Blob): (from: number) => AsyncIterable<Uint8Array> {
  return async function* open(from) {
    for (let at = from; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
  };
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
