import { type ByteString } from "./byte-string.ts";
import { TarError, type TarErrorOptions } from "./tar-error.ts";
import { tarNumber } from "./tar-number.ts";

/** Everything in an archive takes a multiple of this many bytes. */
export const BLOCK = 512;

/** What a header of 512 bytes says, tar(5): nothing of it is judged yet but that it is a header. */
export interface TarHeader {
  /** `prefix` and `name`, joined. */
  readonly name: ByteString;
  /** One character; v7's NUL is `0`. */
  readonly typeflag: string;
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes that follow the header; negative or absurd ones are refused. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly linkname: ByteString;
  readonly devmajor: number;
  readonly devminor: number;
  /** Whether it is of GNU's own format, which has other fields where POSIX has `prefix`. */
  readonly gnu: boolean;
}

/** Offset and length of each field in bytes, tar(5) and tar.h. */
const FIELDS = {
  name: { at: 0, length: 100 },
  mode: { at: 100, length: 8 },
  uid: { at: 108, length: 8 },
  gid: { at: 116, length: 8 },
  size: { at: 124, length: 12 },
  mtime: { at: 136, length: 12 },
  checksum: { at: 148, length: 8 },
  typeflag: { at: 156, length: 1 },
  linkname: { at: 157, length: 100 },
  magic: { at: 257, length: 8 },
  devmajor: { at: 329, length: 8 },
  devminor: { at: 337, length: 8 },
  prefix: { at: 345, length: 155 },
} as const;

type Field = keyof typeof FIELDS;

/**
 * Decodes a header. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html, "ustar Interchange Format"
 *
 * @param offset where it is in the archive, for errors
 * @throws TarError for a wrong checksum, a field that is no number, or a negative or absurd size
 */
export function decodeHeader(block: Buffer, offset: number): TarHeader {
  if (!isHeader(block)) throw new TarError("the checksum of its header is wrong", { offset });
  const magic = block.toString("latin1", FIELDS.magic.at, FIELDS.magic.at + FIELDS.magic.length);
  const gnu = magic === "ustar  \0";
  const v7 = !magic.startsWith("ustar");
  const prefix = magic.startsWith("ustar\0") ? text(block, "prefix") : "";
  const name = prefix === "" ? text(block, "name") : `${prefix}/${text(block, "name")}`;
  const where = { offset, entry: name };
  const size = number(block, "size", where);
  if (size < 0) throw new TarError(`its size is ${size}`, where);
  const typeflag = block[FIELDS.typeflag.at] ?? 0;
  return {
    name,
    typeflag: typeflag === 0 ? "0" : String.fromCharCode(typeflag),
    mode: number(block, "mode", where) & 0o7777,
    uid: number(block, "uid", where),
    gid: number(block, "gid", where),
    size,
    mtime: number(block, "mtime", where),
    linkname: text(block, "linkname"),
    devmajor: v7 ? 0 : number(block, "devmajor", where),
    devminor: v7 ? 0 : number(block, "devminor", where),
    gnu,
  };
}

/** Whether 512 bytes are a header, of any format: their checksum is right. */
export function isHeader(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  const stored = tarNumber(block, FIELDS.checksum.at, FIELDS.checksum.length);
  // Some old programs took bytes for signed numbers.
  return stored !== undefined && stored !== 0 && (stored === sum(block) || stored === sum(new Int8Array(block)));
}

/** Whether a block is zeros: two of them end an archive. */
export function isZeros(block: Buffer): boolean {
  return block[0] === 0 && block.equals(ZEROS);
}

const ZEROS = Buffer.alloc(BLOCK);

/** The sum of the bytes, those of the checksum itself as spaces. */
function sum(block: Uint8Array | Int8Array): number {
  const { at, length } = FIELDS.checksum;
  let total = 0x20 * length;
  for (let index = 0; index < BLOCK; index++) total += block[index] ?? 0;
  for (let index = at; index < at + length; index++) total -= block[index] ?? 0;
  return total;
}

function number(block: Buffer, field: Field, where: TarErrorOptions): number {
  const found = tarNumber(block, FIELDS[field].at, FIELDS[field].length);
  if (found === undefined) throw new TarError(`its field \`${field}\` is no number`, where);
  return found;
}

/** Ends at its first NUL, or fills its field. */
function text(block: Buffer, field: Field): ByteString {
  const { at, length } = FIELDS[field];
  let end = at;
  while (end < at + length && block[end] !== 0) end++;
  return end === at ? "" : block.toString("latin1", at, end);
}
