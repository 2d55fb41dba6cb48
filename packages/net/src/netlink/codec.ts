import type { Encodable, Field, Struct } from "@wb/syscall";
import { encodeAttribute, NLA_F, parseAttributes } from "./attribute.ts";
import { DecodeError, within } from "./decode-error.ts";

/** What an attribute's bytes mean. */
export interface Codec<T> {
  /** Flags that the attribute has when it is sent, {@link NLA_F}. Default none. */
  readonly flags?: number;
  readonly encode: (value: T) => Uint8Array;
  /** @throws DecodeError for bytes that are no such value */
  readonly decode: (data: Buffer) => T;
}

/** An integer in host order: `integer(u32)`. */
export function integer<T extends number | bigint>({ size, read, write }: Field<T>): Codec<T> {
  return {
    encode: (value) => {
      const bytes = new Uint8Array(size);
      write(new DataView(bytes.buffer), 0, value);
      return bytes;
    },
    decode: (data) => {
      if (data.length < size) throw new DecodeError(`${size} bytes expected, ${data.length} left`);
      // A view of its own for each of a thousand links takes longer than the rest.
      for (let at = 0; at < size; at++) word[at] = data[at] ?? 0;
      return read(wordView, 0);
    },
  };
}

const word = new Uint8Array(8);
const wordView = new DataView(word.buffer);

/** Integers in network order. nfnetlink has them without NLA_F_NET_BYTEORDER. */
export const be16: Codec<number> = bigEndian(
  2,
  (view) => view.getUint16(0),
  (view, value) => view.setUint16(0, value),
);
export const be32: Codec<number> = bigEndian(
  4,
  (view) => view.getUint32(0),
  (view, value) => view.setUint32(0, value),
);
export const be64: Codec<bigint> = bigEndian(
  8,
  (view) => view.getBigUint64(0),
  (view, value) => view.setBigUint64(0, value),
);

/** Bytes that are left as they are. What was decoded is a copy. */
export const bytes: Codec<Uint8Array> = { encode: (value) => value, decode: (data) => new Uint8Array(data) };

/** A text with a NUL byte at its end, which the kernel may leave out. */
export const cstring: Codec<string> = {
  encode: (value) => {
    if (value.includes("\0")) throw new TypeError(`a NUL byte in ${JSON.stringify(value)}`);
    return Buffer.from(`${value}\0`);
  },
  decode: (data) => {
    const end = data.indexOf(0);
    return data.toString("utf8", 0, end === -1 ? data.length : end);
  },
};

/** A hardware address: `02:42:ac:11:00:02`; six bytes on Ethernet, none on some kinds. */
export const mac: Codec<string> = {
  encode: (value) => {
    if (!/^[\da-f]{2}(:[\da-f]{2})*$/i.test(value))
      throw new TypeError(`no hardware address: ${JSON.stringify(value)}`);
    return Buffer.from(value.replaceAll(":", ""), "hex");
  },
  decode: (data) => [...data].map((byte) => byte.toString(16).padStart(2, "0")).join(":"),
};

/** A C struct. What the kernel has behind it is left out. */
export function structure<T>(layout: Struct<T>): Codec<T> {
  return {
    encode: (value) => layout.encode(value as Encodable<T>),
    decode: (data) => {
      if (data.length < layout.size)
        throw new DecodeError(`struct ${layout.name}: ${layout.size} bytes expected, ${data.length} left`);
      return layout.decode(data);
    },
  };
}

/** Attributes of one type and meaning, in order: `list(1, expression)` is a nest of NFTA_LIST_ELEM. */
export function list<T>(type: number, codec: Codec<T>): Codec<readonly T[]> {
  return {
    flags: NLA_F.NESTED,
    encode: (values) => Buffer.concat(values.map((value) => encodeAttribute(type, codec.encode(value), codec.flags))),
    decode: (data) =>
      parseAttributes(data)
        .filter((attribute) => attribute.type === type)
        .map((attribute, index) => within(`[${index}]`, () => codec.decode(attribute.data))),
  };
}

/** Attributes of one meaning by their numbers: `indexed(integer(u32))` for those of IFLA_INET_CONF that are set. */
export function indexed<T>(codec: Codec<T>): Codec<Readonly<Record<number, T>>> {
  return {
    flags: NLA_F.NESTED,
    encode: (values) =>
      Buffer.concat(
        Object.entries(values).map(([type, value]) => encodeAttribute(Number(type), codec.encode(value), codec.flags)),
      ),
    decode: (data) =>
      Object.fromEntries(
        parseAttributes(data).map(({ type, data: content }) => [
          type,
          within(String(type), () => codec.decode(content)),
        ]),
      ),
  };
}

function bigEndian<T>(size: number, read: (view: DataView) => T, write: (view: DataView, value: T) => void): Codec<T> {
  return {
    encode: (value) => {
      const encoded = new Uint8Array(size);
      write(new DataView(encoded.buffer), value);
      return encoded;
    },
    decode: (data) => {
      if (data.length < size) throw new DecodeError(`${size} bytes expected, ${data.length} left`);
      return read(new DataView(data.buffer, data.byteOffset, data.byteLength));
    },
  };
}

/** A u8 of linux/netlink.h that is 0 or 1. */
export const bool8: Codec<boolean> = {
  encode: (value) => Uint8Array.of(value ? 1 : 0),
  decode: (data) => {
    if (data.length === 0) throw new DecodeError("1 byte expected, 0 left");
    return data[0] !== 0;
  },
};

/** A number by its name, where it has one: `named(integer(u32), { bridge: 4 })`. */
export function named<Name extends string>(
  codec: Codec<number>,
  names: Readonly<Record<Name, number>>,
): Codec<Name | number> {
  const entries = Object.entries(names) as [Name, number][];
  return {
    encode: (value) => {
      const number = typeof value === "number" ? value : names[value];
      if (number === undefined)
        throw new TypeError(`${JSON.stringify(value)} is none of ${Object.keys(names).join(", ")}`);
      return codec.encode(number);
    },
    decode: (data) => {
      const number = codec.decode(data);
      return entries.find(([, each]) => each === number)?.[0] ?? number;
    },
  };
}

/** Integers one after the other. */
export function array<T extends number | bigint>(field: Field<T>): Codec<readonly T[]> {
  const one = integer(field);
  return {
    encode: (values) => Buffer.concat(values.map((value) => one.encode(value))),
    decode: (data) =>
      Array.from({ length: Math.floor(data.length / field.size) }, (_, index) =>
        one.decode(data.subarray(index * field.size, (index + 1) * field.size)),
      ),
  };
}
