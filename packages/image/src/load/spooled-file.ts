import { ImageError } from "../image-error.ts";
import { digestOf, putBlob, writeBlob } from "../layout/blobs.ts";
import type { ImageStore } from "../layout/image-store.ts";

/** A file of an archive that is being loaded: in memory, or on the store's disk without a name, from where it goes with this process. */
export interface SpooledFile extends Disposable {
  /** `sha256:…` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly bytes: () => AsyncIterable<Uint8Array>;
  /** Makes it a blob of the store. */
  readonly keep: () => void;
}

/** What is small stays in memory, if there is room. */
export interface Room {
  left: number;
}

/** Files up to this stay in memory, in bytes. */
const SMALL = 2 ** 16;

export async function spool(
  store: ImageStore,
  content: AsyncIterable<Uint8Array>,
  { size, room }: { readonly size: number; readonly room: Room },
): Promise<SpooledFile> {
  if (size <= SMALL && size <= room.left) {
    room.left -= size;
    const parts: Uint8Array[] = [];
    for await (const chunk of content) parts.push(Buffer.from(chunk));
    return inMemory(store, Buffer.concat(parts));
  }
  const writer = writeBlob(store);
  try {
    for await (const chunk of content) writer.write(chunk);
  } catch (error) {
    writer[Symbol.dispose]();
    throw error;
  }
  let isKept = false;
  return {
    digest: writer.digest(),
    size: writer.size(),
    bytes: writer.read,
    keep: () => {
      if (!isKept) writer.finish();
      isKept = true;
    },
    [Symbol.dispose]: writer[Symbol.dispose],
  };
}

export function inMemory(store: ImageStore, bytes: Buffer): SpooledFile {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *bytes() {
      yield bytes;
    },
    keep: () => void putBlob(store, bytes),
    [Symbol.dispose]: () => {},
  };
}

/** All of one that is to be small. @throws ImageError WB_IMAGE_INVALID */
async function wholeFile(file: SpooledFile, path: string): Promise<Buffer> {
  if (file.size > LARGEST_JSON)
    throw new ImageError(
      "WB_IMAGE_INVALID",
      `${path} in the archive has ${file.size} bytes: at most ${LARGEST_JSON} are read`,
    );
  const parts: Uint8Array[] = [];
  for await (const chunk of file.bytes()) parts.push(chunk);
  return Buffer.concat(parts);
}

/** As containerd has it for manifests, images/handlers.go. */
const LARGEST_JSON = 8 * 2 ** 20;

/** @throws ImageError WB_IMAGE_INVALID */
export async function jsonFile(file: SpooledFile, path: string): Promise<unknown> {
  try {
    return JSON.parse((await wholeFile(file, path)).toString());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ImageError("WB_IMAGE_INVALID", `${path} in the archive is no JSON: ${error.message}`);
  }
}
