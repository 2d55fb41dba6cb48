import { BadValue } from "./bad-value.ts";
import type { GoFunction } from "./function.ts";
import { typeName } from "./go-type.ts";
import { goInt, type GoValue, goValue } from "./go-value.ts";

/** index, len and slice of Go's text/template. Strings are bytes to them. */
export const MEMBERS: Readonly<Record<string, GoFunction>> = {
  index: { parameters: ["value"], rest: "value", call: (item, ...indexes) => index(item, indexes) },
  len: { parameters: ["value"], call: (item) => goInt(length(item)) },
  slice: { parameters: ["value"], rest: "value", call: (item, ...indexes) => slice(item, indexes) },
};

function index(start: GoValue | undefined, indexes: readonly GoValue[]): GoValue {
  if (isNothing(start)) throw new BadValue("index of untyped nil");
  return indexes.reduce(member, start);
}

function member(item: GoValue, key: GoValue): GoValue {
  switch (item.kind) {
    case "invalid":
    case "nil":
    case "pointer":
      throw new BadValue("index of nil pointer");
    case "list": {
      const at = indexOf(key, item.items.length);
      if (at === item.items.length) throw new BadValue("reflect: slice index out of range");
      return goValue(item.items[at]);
    }
    case "string": {
      const bytes = Buffer.from(item.value);
      const byte = bytes[indexOf(key, bytes.length)];
      if (byte === undefined) throw new BadValue("reflect: string index out of range");
      return { kind: "int", value: BigInt(byte), isByte: true };
    }
    case "map": {
      if (isNothing(key)) throw new BadValue("value is nil; should be of type string");
      if (key.kind !== "string") throw new BadValue(`value has type ${typeName(key)}; should be string`);
      const found = item.get(key.value);
      if (found.kind !== "invalid" && found.kind !== "method") return found;
      return item.hasStrings ? { kind: "string", value: "" } : goValue(null);
    }
    case "bool":
    case "int":
    case "float":
    case "struct":
    case "method":
      throw new BadValue(`can't index item of type ${typeName(item)}`);
  }
}

/** @param most the highest one that is allowed */
function indexOf(key: GoValue, most: number): number {
  if (isNothing(key)) throw new BadValue("cannot index slice/array with nil");
  if (key.kind !== "int") throw new BadValue(`cannot index slice/array with type ${typeName(key)}`);
  if (key.value < 0n || key.value > BigInt(most)) throw new BadValue(`index out of range: ${key.value}`);
  return Number(key.value);
}

function length(item: GoValue | undefined): number {
  switch (item?.kind) {
    case undefined:
    case "invalid":
      // What Go's reflect says where len has nothing.
      throw new BadValue("reflect: call of reflect.Value.Type on zero Value");
    case "nil":
    case "pointer":
      throw new BadValue("len of nil pointer");
    case "string":
      return Buffer.byteLength(item.value);
    case "list":
      return item.items.length;
    case "map":
      return item.keys().length;
    case "bool":
    case "int":
    case "float":
    case "struct":
    case "method":
      throw new BadValue(`len of type ${typeName(item)}`);
  }
}

function slice(item: GoValue | undefined, indexes: readonly GoValue[]): GoValue {
  if (isNothing(item)) throw new BadValue("slice of untyped nil");
  if (item.kind === "pointer") throw new BadValue("slice of nil pointer");
  if (indexes.length > 3) throw new BadValue(`too many slice indexes: ${indexes.length}`);
  if (item.kind === "string" && indexes.length === 3) throw new BadValue("cannot 3-index slice a string");
  if (item.kind !== "string" && item.kind !== "list") throw new BadValue(`can't slice item of type ${typeName(item)}`);
  const whole = length(item);
  const [start = 0, end = whole, most = whole] = indexes.map((one) => indexOf(one, whole));
  if (start > end) throw new BadValue(`invalid slice index: ${start} > ${end}`);
  if (end > most) throw new BadValue(`invalid slice index: ${end} > ${most}`);
  return item.kind === "string"
    ? { kind: "string", value: Buffer.from(item.value).subarray(start, end).toString() }
    : { kind: "list", items: item.items.slice(start, end) };
}

function isNothing(value: GoValue | undefined): value is Nothing | undefined {
  return value === undefined || value.kind === "invalid" || value.kind === "nil";
}

type Nothing = Extract<GoValue, { readonly kind: "invalid" | "nil" }>;
