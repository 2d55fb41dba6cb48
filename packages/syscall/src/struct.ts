/** Codecs of C structs: a table of fields gives the layout that the C ABI of 64-bit Linux gives the struct. */
import type { Format } from "./signature.ts";

/** An integer type of C: how many bytes it has (and is aligned to), how it is read and written in host order. */
export interface Field<T extends number | bigint = number | bigint> {
  readonly size: 1 | 2 | 4 | 8;
  readonly read: (view: DataView, offset: number) => T;
  /** Takes any integer: `1` for `1n`, and -1 for the largest unsigned one. */
  readonly write: (view: DataView, offset: number, value: number | bigint) => void;
}

/** A C struct: its fields in order, with the offsets that the C ABI gives them on 64-bit Linux. */
export interface Struct<T = unknown> {
  /** Its tag in C: `open_how`. */
  readonly name: string;
  /** Bytes, with the padding at its end. */
  readonly size: number;
  readonly fields: Readonly<Record<keyof T & string, Field>>;
  /** Bytes from its start to each field. */
  readonly offsets: Readonly<Record<keyof T & string, number>>;
  /** How fields are printed; a field without one is printed as an integer. */
  readonly formats: Formats<T>;
  /** Fields that are left out are 0, and so is the padding. 64-bit fields take a number, too. */
  readonly encode: (value: Encodable<T>) => Uint8Array<ArrayBuffer>;
  /**
   * Bytes after the struct are ignored, for the kernel may know more fields than we do.
   *
   * @throws RangeError when bytes are missing
   */
  readonly decode: (bytes: Uint8Array) => T;
}

/** Formats of some fields of a `T`. */
export type Formats<T> = { readonly [Name in keyof T]?: Format };

/** What `encode` takes for a `T`: every field optional, integers of either kind. */
export type Encodable<T> = { readonly [Name in keyof T]?: number | bigint };

/** The fields of a `T`: `bigint` for 64 bits, `number` for fewer. */
type Fields<T> = { readonly [Name in keyof T & string]: T[Name] extends number | bigint ? Field<T[Name]> : never };

export const u8: Field<number> = {
  size: 1,
  read: (view, offset) => view.getUint8(offset),
  write: (view, offset, value) => view.setUint8(offset, Number(value)),
};

export const u16: Field<number> = {
  size: 2,
  read: (view, offset) => view.getUint16(offset, true),
  write: (view, offset, value) => view.setUint16(offset, Number(value), true),
};

export const u32: Field<number> = {
  size: 4,
  read: (view, offset) => view.getUint32(offset, true),
  write: (view, offset, value) => view.setUint32(offset, Number(value), true),
};

export const u64: Field<bigint> = {
  size: 8,
  read: (view, offset) => view.getBigUint64(offset, true),
  write: (view, offset, value) => view.setBigUint64(offset, BigInt(value), true),
};

export const s16: Field<number> = {
  size: 2,
  read: (view, offset) => view.getInt16(offset, true),
  write: (view, offset, value) => view.setInt16(offset, Number(value), true),
};

export const s32: Field<number> = {
  size: 4,
  read: (view, offset) => view.getInt32(offset, true),
  write: (view, offset, value) => view.setInt32(offset, Number(value), true),
};

export const s64: Field<bigint> = {
  size: 8,
  read: (view, offset) => view.getBigInt64(offset, true),
  write: (view, offset, value) => view.setBigInt64(offset, BigInt(value), true),
};

/** Where a struct is not as its fields and their alignment make it. */
export interface StructLayout<T> {
  /** Bytes, when fields at its end are left out, or it is packed. */
  readonly size?: number;
  /** Bytes from its start to fields that follow a gap: one of another alignment, or of fields that are left out. */
  readonly offsets?: Readonly<Partial<Record<keyof T & string, number>>>;
}

/**
 * Makes the codec of a C struct from its fields in order. Each is aligned to its own size, the struct to its largest
 * field. Host order is little-endian: it is on both architectures.
 *
 * @example
 * const pollfd = struct<Pollfd>("pollfd", { fd: s32, events: u16, revents: u16 });
 * pollfd.size; // 8
 */
export function struct<T>(
  name: string,
  fields: Fields<T>,
  formats: Formats<T> = {},
  layout: StructLayout<T> = {},
): Struct<T> {
  type Name = keyof T & string;
  const entries = Object.entries(fields) as [Name, Field][];
  const offsets = {} as Record<Name, number>;
  let end = 0;
  let alignment = 1;
  for (const [field, { size }] of entries) {
    offsets[field] = layout.offsets?.[field] ?? alignUp(end, size);
    end = offsets[field] + size;
    alignment = Math.max(alignment, size);
  }
  const size = layout.size ?? alignUp(end, alignment);

  return {
    name,
    size,
    fields,
    offsets,
    formats,
    encode(value) {
      const bytes = new Uint8Array(size);
      const view = new DataView(bytes.buffer);
      for (const [field, { write }] of entries) write(view, offsets[field], value[field] ?? 0);
      return bytes;
    },
    decode(bytes) {
      if (bytes.length < size) throw new RangeError(`struct ${name}: ${size} bytes expected, ${bytes.length} left`);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return Object.fromEntries(entries.map(([field, { read }]) => [field, read(view, offsets[field])])) as T;
    },
  };
}

function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
