import { randomBytes } from "node:crypto";
import { archive, type Entry, temporaryDirectory } from "@wb/testing";
import { type ImageStore, imageStore, importImage } from "../../src/index.ts";
import { addLayer } from "../../src/layout/add-layer.ts";
import type { ImageDocument } from "../../src/layout/documents.ts";
import { putImage } from "../../src/layout/put-image.ts";

/** A store of its own. */
export function emptyStore(): ImageStore & Disposable {
  const directory = temporaryDirectory("wb-images-");
  return { ...imageStore(directory.path), [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Makes an image of one layer. @returns its id */
export function imported(store: ImageStore, name: string | undefined, ...entries: readonly Entry[]): Promise<string> {
  return importImage(store, once(archive(...entries)), { name });
}

/** Makes an image of several layers, the lowest first. @returns its id */
export async function layered(store: ImageStore, name: string, layers: readonly (readonly Entry[])[]): Promise<string> {
  const made = [];
  for (const entries of layers) made.push(await addLayer(store, once(archive(...entries))));
  const document: ImageDocument = {
    os: "linux",
    architecture: "amd64",
    created: "2024-01-01T00:00:00Z",
    config: { Cmd: ["sh"] },
    rootfs: { type: "layers", diff_ids: made.map(({ diffId }) => diffId) },
  };
  return putImage(store, { document, layers: made.map(({ descriptor }) => descriptor) }, name);
}

/** A file of random bytes, which no compression makes smaller. */
export function noise(name: string, size: number): Entry {
  return { name, content: randomBytes(size) };
}
