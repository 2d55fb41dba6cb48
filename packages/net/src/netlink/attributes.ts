import { type Attribute, encodeAttribute, NLA_F, parseAttributes } from "./attribute.ts";
import type { Codec } from "./codec.ts";
import { within } from "./decode-error.ts";

/** Attributes by their names, with those that the table does not have: they survive decoding and encoding. */
export type Attributes<T> = Partial<T> & { readonly unknown?: readonly Attribute[] };

/** The codec of a set of attributes; nested in another one it is the codec of one attribute. */
export interface AttributeTable<T> extends Codec<Attributes<T>> {
  readonly name: string;
  /** The number of each attribute. */
  readonly types: Readonly<Record<keyof T & string, number>>;
}

/** One row for each attribute: its number and the codec of its bytes. */
export type Rows<T> = { readonly [Name in keyof T & string]: readonly [type: number, codec: Codec<T[Name]>] };

/**
 * Makes the codec of a set of attributes from a table: one row, one attribute. They are encoded in the order of the table,
 * whatever the order of the value's fields; fields that are undefined are left out. Of attributes that stand there twice the last one counts,
 * as for the kernel.
 *
 * @param name the prefix of the C header, which is in errors: `IFA`
 * @example
 * const IFA = attributes<{ address: string; flags: number }>("IFA", { address: [1, ip], flags: [8, integer(u32)] });
 * IFA.decode(IFA.encode({ flags: 128 })); // { flags: 128 }
 */
export function attributes<T extends object>(name: string, rows: Rows<T>): AttributeTable<T> {
  type Name = keyof T & string;
  const entries = Object.entries(rows) as [Name, readonly [number, Codec<T[Name]>]][];
  const byType = new Map(entries.map(([field, [type, codec]]) => [type, { field, codec }]));
  return {
    name,
    flags: NLA_F.NESTED,
    types: Object.fromEntries(entries.map(([field, [type]]) => [field, type])) as Record<Name, number>,
    encode: (value) => {
      const known = entries.flatMap(([field, [type, codec]]) => {
        const content = (value as Partial<T>)[field];
        return content === undefined ? [] : [encodeAttribute(type, codec.encode(content), codec.flags)];
      });
      const unknown = (value.unknown ?? []).map(({ type, data, flags }) => encodeAttribute(type, data, flags));
      return Buffer.concat([...known, ...unknown]);
    },
    decode: (data) => {
      const decoded: Partial<T> = {};
      const unknown: Attribute[] = [];
      for (const attribute of parseAttributes(data)) {
        const row = byType.get(attribute.type);
        // A copy: the buffer that messages are received in is used again.
        if (row === undefined) unknown.push({ ...attribute, data: Buffer.from(attribute.data) });
        else decoded[row.field] = within(`${name}.${row.field}`, () => row.codec.decode(attribute.data));
      }
      return unknown.length === 0 ? decoded : { ...decoded, unknown };
    },
  };
}
