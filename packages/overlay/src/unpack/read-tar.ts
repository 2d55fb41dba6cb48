import type { TarEntry } from "../tar/tar-entry.ts";
import { TarReader } from "../tar/tar-reader.ts";
import type { ArchiveSource } from "./archive-source.ts";
import { plainTar } from "./plain-tar.ts";

/** An entry of an archive, and what is in it. */
export interface TarMember {
  /** Its names are as the archive has them, and not to be trusted. */
  readonly entry: TarEntry;
  /** The bytes that the archive has of it, once, before the next entry is asked for. A chunk is the reader's: copy what is kept. */
  readonly content: () => AsyncIterable<Buffer>;
}

/**
 * Reads an archive entry by entry, decompressed where it is compressed, and to the end of the source: what it keeps in memory is bounded.
 *
 * @throws TarError for an archive that is broken or cut off
 * @example
 * for await (const { entry, content } of readTar("image.tar")) for await (const chunk of content()) chunk.length;
 */
export async function* readTar(source: ArchiveSource): AsyncGenerator<TarMember> {
  const reader = new TarReader(plainTar(source));
  try {
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next())
      yield { entry, content: () => contentOf(reader) };
    await reader.drain();
  } finally {
    await reader.close();
  }
}

const CHUNK = 2 ** 20;

async function* contentOf(reader: TarReader): AsyncGenerator<Buffer> {
  for (let part = await reader.some(CHUNK); part.length > 0; part = await reader.some(CHUNK)) yield part;
}
