import { closeSync, openSync, read } from "node:fs";
import { promisify } from "node:util";
import { O } from "@wb/syscall";
import type { BufferPool } from "../tar/buffer-pool.ts";

/** An archive: a path, an open file descriptor, which is read from its start and left open, or bytes as they come. */
export type ArchiveSource = string | number | AsyncIterable<Uint8Array>;

/** How many bytes of a file are read at a time. */
export const CHUNK: number = 2 ** 20;

/**
 * The bytes of an archive.
 *
 * @param pool of buffers of {@link CHUNK} bytes: who uses the chunks gives them back
 */
export function chunksOf(source: ArchiveSource, pool: BufferPool): AsyncIterable<Uint8Array> {
  if (typeof source === "string") return readPath(source, pool);
  return typeof source === "number" ? readAll(source, pool) : source;
}

async function* readPath(path: string, pool: BufferPool): AsyncGenerator<Buffer> {
  const fd = openSync(path, O.RDONLY | O.CLOEXEC);
  try {
    yield* readAll(fd, pool);
  } finally {
    closeSync(fd);
  }
}

/** Each chunk is read while the one before is used. (A stream of Node would close a file descriptor that is not its own.) */
async function* readAll(fd: number, pool: BufferPool): AsyncGenerator<Buffer> {
  let next = readChunk(fd, pool.take(), 0);
  try {
    for (let position = 0; ;) {
      const chunk = await next;
      if (chunk.length === 0) return;
      position += chunk.length;
      next = readChunk(fd, pool.take(), position);
      // It is told where it is awaited.
      next.catch(() => {});
      yield chunk;
    }
  } finally {
    await next.catch(() => {});
  }
}

const readAsync = promisify(read);

async function readChunk(fd: number, buffer: Buffer, position: number): Promise<Buffer> {
  const { bytesRead } = await readAsync(fd, buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}
