import { createHash } from "node:crypto";
import { encodeTarEntry, plainTar } from "@wb/overlay";
import { damagedBlob, holdBlob, type OpenBlob } from "./layout/blobs.ts";
import type { Descriptor } from "./layout/documents.ts";
import type { ImageStore } from "./layout/image-store.ts";
import { shareStore } from "./layout/store-lock.ts";
import { type ImageToSave, imagesToSave } from "./save/images-to-save.ts";
import { dockerDigest, layersForDocker, type PlainLayer } from "./save/layers-for-docker.ts";
import { blobName, savedJson } from "./save/saved-json.ts";

/** Takes the bytes of an archive in their order; nothing more comes before it has. */
export type SaveSink = (bytes: Uint8Array) => void | Promise<void>;

/**
 * Writes images as an archive that docker, podman and tools for OCI layouts read: what docker has written since version 25. The same images
 * are the same bytes.
 *
 * Equivalent to `docker save`.
 *
 * @param words names, repositories, which stand for all of their images, and ids
 * @throws ImageError WB_IMAGE_NOT_FOUND before anything is written; WB_IMAGE_INVALID for what is damaged in the store
 */
export async function saveImages(store: ImageStore, words: readonly string[], write: SaveSink): Promise<void> {
  using held = new DisposableStack();
  const { images, plain, blobs } = await hold(store, words, held);
  for (const name of ["blobs/", "blobs/sha256/"]) await write(header(name, "directory", 0));
  for (const blob of blobs) await writeBlobOf(blob, write);
  const json = savedJson(images, (layer) => blobName(dockerDigest(layer, plain)));
  for (const [name, text] of Object.entries(json)) {
    const bytes = Buffer.from(text);
    await write(Buffer.concat([header(name, "file", bytes.length), bytes, padding(bytes.length)]));
  }
  await write(Buffer.alloc(2 * BLOCK));
}

/** Nobody removes anything until all is open, and afterwards it does not matter: who reads the archive may be slow. */
async function hold(store: ImageStore, words: readonly string[], held: DisposableStack): Promise<Held> {
  using _shared = await shareStore(store);
  const images = imagesToSave(store, words);
  const plain = await layersForDocker(store, images);
  const blobs = blobsOf(images, plain).map((blob) => ({ ...blob, open: held.use(holdBlob(store, blob.from)) }));
  return { images, plain, blobs };
}

interface Held {
  readonly images: readonly ImageToSave[];
  readonly plain: ReadonlyMap<string, PlainLayer>;
  readonly blobs: readonly HeldBlob[];
}

interface HeldBlob extends Blob_ {
  readonly open: OpenBlob;
}

interface Blob_ {
  readonly digest: string;
  /** The blob of the store. */
  readonly from: string;
  readonly size: number;
}

/** Each once, by their digests. */
function blobsOf(images: readonly ImageToSave[], plain: ReadonlyMap<string, PlainLayer>): Blob_[] {
  const all = new Map<string, Blob_>();
  const add = ({ digest, size }: Pick<Descriptor, "digest" | "size">): void =>
    void all.set(digest, { digest, from: digest, size });
  for (const { diffId, digest, size } of plain.values()) all.set(diffId, { digest: diffId, from: digest, size });
  for (const { image } of images) {
    add(image.manifest);
    add(image.config);
    for (const layer of image.layers) add(layer);
  }
  return [...all.values()].toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
}

async function writeBlobOf({ digest, from, size, open }: HeldBlob, write: SaveSink): Promise<void> {
  if (from === digest && open.size !== size) throw damagedBlob(from);
  await write(header(blobName(digest), "file", size));
  const hash = createHash("sha256");
  let written = 0;
  for await (const chunk of from === digest ? open.bytes() : plainTar(open.bytes())) {
    written += chunk.length;
    if (written > size) throw damagedBlob(from);
    hash.update(chunk);
    await write(chunk);
  }
  if (`sha256:${hash.digest("hex")}` !== digest) throw damagedBlob(from);
  await write(padding(size));
}

const BLOCK = 512;

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

function header(name: string, type: "file" | "directory", size: number): Buffer {
  return encodeTarEntry({
    type,
    name,
    linkname: "",
    mode: type === "file" ? 0o644 : 0o755,
    uid: 0,
    gid: 0,
    size,
    mtime: { sec: 0, nsec: 0 },
    devmajor: 0,
    devminor: 0,
    xattrs: [],
  });
}
