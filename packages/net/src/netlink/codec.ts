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
      return read(new DataView(data.buffer, data.byteOffset, data.byteLength), 0);
    },
  };
}

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

/** An attribute that means something by being there: no bytes. */
export const presence: Codec<true> = { encode: () => new Uint8Array(), decode: () => true };

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
