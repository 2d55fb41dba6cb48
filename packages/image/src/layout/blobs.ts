import type { Hash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { AT, AT_FDCWD, call, ignoring, isErrno, O, run, step } from "@wb/syscall";
import { ImageError } from "../image-error.ts";
import type { Descriptor } from "./documents.ts";
import type { ImageStore } from "./image-store.ts";

/** A blob that is being written: nothing is in the store before it is whole. Disposing of it without that lets it go. */
export interface BlobWriter extends Disposable {
  /** Bytes that were written. */
  readonly size: () => number;
  readonly write: (bytes: Uint8Array) => void;
  /** `sha256:…` of them. */
  readonly digest: () => string;
  /** What was written, from the start, for as long as this is not disposed of. */
  readonly read: () => AsyncIterable<Uint8Array>;
  /**
   * Gives it its name.
   *
   * @param expected what it must be
   * @throws ImageError WB_IMAGE_INVALID for other bytes
   */
  readonly finish: (expected?: Pick<Descriptor, "digest" | "size">) => Pick<Descriptor, "digest" | "size">;
}

/** node:crypto takes 5 ms to load, which a command that only looks at images need not wait for. */
function newHash(): Hash {
  return process.getBuiltinModule("node:crypto").createHash("sha256");
}

/** Where a blob is, or would be. @throws ImageError WB_IMAGE_INVALID for what is no SHA-256 digest */
export function blobPath({ images }: ImageStore, digest: string): string {
  if (!/^sha256:[\da-f]{64}$/.test(digest))
    throw new ImageError("WB_IMAGE_INVALID", `invalid digest ${JSON.stringify(digest)}: sha256:… is meant`);
  return join(images, "blobs/sha256", digest.slice("sha256:".length));
}

export function hasBlob(store: ImageStore, digest: string): boolean {
  return existsSync(blobPath(store, digest));
}

/** Bytes of it on the disk; undefined for one that is not there. */
export function blobSize(store: ImageStore, digest: string): number | undefined {
  return statSync(blobPath(store, digest), { throwIfNoEntry: false })?.size;
}

/** A blob that is to be small. @throws ImageError WB_IMAGE_INVALID for one that is not what its name says */
export function readBlob(store: ImageStore, digest: string): Buffer {
  const bytes = readFileSync(blobPath(store, digest));
  if (digestOf(bytes) !== digest)
    throw new ImageError(
      "WB_IMAGE_INVALID",
      `the blob ${digest} of the store is damaged: its digest is ${digestOf(bytes)}`,
      {
        hint: "pull or build the image again, once the blob is removed",
      },
    );
  return bytes;
}

/** A blob's bytes as they are on the disk, from an offset on. */
export function openBlob(store: ImageStore, digest: string, start: number = 0): AsyncIterable<Uint8Array> {
  return createReadStream(blobPath(store, digest), { start, highWaterMark: 2 ** 20 });
}

/** A blob that can be read, once, also when it is removed meanwhile. */
export interface OpenBlob extends Disposable {
  /** Bytes on the disk. */
  readonly size: number;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** @throws ImageError WB_IMAGE_INVALID for one that is not there */
export function holdBlob(store: ImageStore, digest: string): OpenBlob {
  const path = blobPath(store, digest);
  let fd: number;
  try {
    fd = openSync(path, O.RDONLY | O.CLOEXEC);
  } catch (error) {
    if (isErrno(error, "ENOENT")) throw damagedBlob(digest, error);
    throw error;
  }
  return {
    size: fstatSync(fd).size,
    bytes: () => createReadStream(path, { fd, start: 0, autoClose: false, highWaterMark: 2 ** 20 }),
    [Symbol.dispose]: () => closeSync(fd),
  };
}

/** What is wrong with one of the store. */
export function damagedBlob(digest: string, cause?: unknown): ImageError {
  return new ImageError("WB_IMAGE_INVALID", `the blob ${digest} of the store is damaged or missing`, {
    hint: "remove the image, and pull, load or build it again",
    cause,
  });
}

/** Writes a small blob. */
export function putBlob(store: ImageStore, bytes: Uint8Array): Pick<Descriptor, "digest" | "size"> {
  using writer = writeBlob(store);
  writer.write(bytes);
  return writer.finish();
}

/** A file without a name, open(2) O_TMPFILE, which goes with this process until it is given one. */
export function writeBlob(store: ImageStore): BlobWriter {
  const directory = join(store.images, "blobs/sha256");
  const hash = newHash();
  let fd = openSync(directory, O.WRONLY | O.TMPFILE | O.CLOEXEC, 0o600);
  let size = 0;
  const digestNow = (): string => `sha256:${hash.copy().digest("hex")}`;
  const close = (): void => {
    if (fd >= 0) closeSync(fd);
    fd = -1;
  };
  return {
    size: () => size,
    write: (bytes) => {
      hash.update(bytes);
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
      size += bytes.length;
    },
    digest: digestNow,
    read: () => createReadStream(`/proc/self/fd/${fd}`, { highWaterMark: 2 ** 20 }),
    finish: (expected) => {
      const digest = digestNow();
      if (expected !== undefined) check({ digest, size }, expected);
      fsyncSync(fd);
      const linked = call(
        "linkat",
        AT_FDCWD,
        `/proc/self/fd/${fd}`,
        AT_FDCWD,
        blobPath(store, digest),
        AT.SYMLINK_FOLLOW,
      );
      // It may have been there: the same bytes.
      run([step(`keep the blob ${digest}`, [ignoring(linked, "EEXIST")])]);
      close();
      return { digest, size };
    },
    [Symbol.dispose]: close,
  };
}

/** `sha256:…` */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${newHash().update(bytes).digest("hex")}`;
}

function check(found: Pick<Descriptor, "digest" | "size">, expected: Pick<Descriptor, "digest" | "size">): void {
  if (found.digest === expected.digest && found.size === expected.size) return;
  const what = found.size === expected.size ? "digest" : "size";
  throw new ImageError(
    "WB_IMAGE_INVALID",
    `${what} verification failed for ${expected.digest}: ${found[what]} came, ${expected[what]} was said`,
  );
}
