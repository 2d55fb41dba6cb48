import type { PaxRecord } from "./pax.ts";
import { BLOCK } from "./tar-header.ts";
import { tarNumber } from "./tar-number.ts";

/** A part of a file that the archive has the bytes of; what lies between such parts is holes. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/** The parts of a sparse file, and how large it is with its holes. */
export interface SparseMap {
  readonly extents: readonly Extent[];
  readonly size: number;
}

/**
 * What a block says of a file in GNU's old format (typeflag `S`): the entry's header, or one of the blocks that continue it.
 * https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html
 *
 * @returns undefined for a field that is no number
 */
export function oldGnuExtents(
  block: Buffer,
  kind: "header" | "continuation",
): { readonly extents: readonly Extent[]; readonly continued: boolean } | undefined {
  const { start, count, flag } = OLD_GNU[kind];
  const extents: Extent[] = [];
  for (let at = start; at < start + 2 * NUMBER * count && block[at] !== 0; at += 2 * NUMBER) {
    const [offset, length] = [tarNumber(block, at, NUMBER), tarNumber(block, at + NUMBER, NUMBER)];
    if (offset === undefined || length === undefined) return undefined;
    extents.push({ offset, length });
  }
  return { extents, continued: block[flag] !== 0 };
}

/** How large the file of a header in the old format is. */
export function oldGnuSize(block: Buffer): number | undefined {
  return tarNumber(block, 483, NUMBER);
}

const NUMBER = 12;

/** `struct oldgnu_header` and `struct sparse_header` of GNU tar. */
const OLD_GNU = {
  header: { start: 386, count: 4, flag: 482 },
  continuation: { start: 0, count: 21, flag: 504 },
} as const;

/** The map of pax format 0.1: offset and length of each extent in turn. Undefined for other text. */
export function extentsOf(text: string): Extent[] | undefined {
  const numbers = text === "" ? [] : text.split(",");
  if (numbers.length % 2 !== 0 || !numbers.every((number) => /^\d{1,16}$/.test(number))) return undefined;
  const extents: Extent[] = [];
  for (let index = 0; index < numbers.length; index += 2)
    extents.push({ offset: Number(numbers[index]), length: Number(numbers[index + 1]) });
  return extents;
}

/** The records of a header in which format 0.0 may say the same two keywords again and again: as format 0.1 has it. */
export function withMap(records: readonly PaxRecord[]): readonly PaxRecord[] {
  const numbers = records.filter(([keyword]) => keyword === "GNU.sparse.offset" || keyword === "GNU.sparse.numbytes");
  if (numbers.length === 0) return records;
  return [...records, ["GNU.sparse.map", numbers.map(([, value]) => value).join(",")]];
}

/**
 * Reads the map of pax format 1.0, which stands before the file's bytes: decimal numbers of a line each, how many extents
 * there are first, filled up to a block.
 *
 * @param next gives the next block
 * @param stored bytes of the map and the file together
 * @returns undefined for text that is no map
 */
export async function leadingExtents(
  next: () => Promise<Buffer>,
  stored: number,
): Promise<{ readonly extents: readonly Extent[]; readonly bytes: number } | undefined> {
  const lines: string[] = [];
  let rest = "";
  for (let bytes = BLOCK; bytes <= Math.min(stored, LARGEST_MAP); bytes += BLOCK) {
    const parts = (rest + (await next()).toString("latin1")).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    const [first = ""] = lines;
    if (!/^\d{1,7}$/.test(first)) return undefined;
    const end = 1 + 2 * Number(first);
    if (lines.length < end) continue;
    const extents = extentsOf(lines.slice(1, end).join(","));
    return extents === undefined ? undefined : { extents, bytes };
  }
  return undefined;
}

const LARGEST_MAP = 2 ** 20;

/** Whether a map is one of `stored` bytes: in order, without overlaps, within the file. */
export function isSparseMap({ extents, size }: SparseMap, stored: number): boolean {
  let end = 0;
  let sum = 0;
  for (const { offset, length } of extents) {
    if (offset < end) return false;
    end = offset + length;
    sum += length;
  }
  return Number.isSafeInteger(end) && end <= size && sum === stored;
}
