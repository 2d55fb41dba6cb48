import type { PaxRecords } from "./pax.ts";
import { paxNumber } from "./pax.ts";
import { type Extent, extentsOf, leadingExtents, oldGnuExtents, oldGnuSize, type SparseMap } from "./sparse.ts";

/** What is known of an entry when it may be sparse. */
export interface SparseSource {
  /** Its header. */
  readonly block: Buffer;
  readonly typeflag: string;
  readonly pax: PaxRecords;
  /** Bytes that follow its header. */
  readonly stored: number;
  /** The next block of the archive. */
  readonly next: () => Promise<Buffer>;
}

/** The map, and how many of the entry's own bytes it took. */
export interface FoundMap extends SparseMap {
  readonly bytes: number;
}

/**
 * The map of a sparse file in any of GNU tar's four forms: the old one, and pax 0.0, 0.1 and 1.0.
 *
 * @returns `dense` for a file that is none; undefined for a map that is none
 */
export async function readSparseMap({
  block,
  typeflag,
  pax,
  stored,
  next,
}: SparseSource): Promise<FoundMap | "dense" | undefined> {
  if (typeflag === "S") return found(await oldGnuMap(block, next), oldGnuSize(block), 0);
  const version = [pax.get("GNU.sparse.major"), pax.get("GNU.sparse.minor")].join(".");
  if (version === "1.0") {
    const map = await leadingExtents(next, stored);
    return map && found(map.extents, paxNumber(pax.get("GNU.sparse.realsize") ?? ""), map.bytes);
  }
  const map = pax.get("GNU.sparse.map");
  if (map === undefined) return version === "." ? "dense" : undefined;
  return found(extentsOf(map), paxNumber(pax.get("GNU.sparse.size") ?? ""), 0);
}

function found(extents: readonly Extent[] | undefined, size: number | undefined, bytes: number): FoundMap | undefined {
  return extents === undefined || size === undefined ? undefined : { extents, size, bytes };
}

async function oldGnuMap(block: Buffer, next: () => Promise<Buffer>): Promise<readonly Extent[] | undefined> {
  const all: Extent[] = [];
  let part = oldGnuExtents(block, "header");
  while (part !== undefined && all.length < MOST_EXTENTS) {
    all.push(...part.extents);
    if (!part.continued) return all;
    part = oldGnuExtents(await next(), "continuation");
  }
  return undefined;
}

const MOST_EXTENTS = 2 ** 16;
