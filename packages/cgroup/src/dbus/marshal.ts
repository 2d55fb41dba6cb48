import { ALIGNMENT, BIG_NUMBERS, isBigNumber, isNumber, NUMBERS, typesOf } from "./signature.ts";
import type { DbusValue, Variant } from "./value.ts";

/**
 * The bytes of values, D-Bus specification, "Marshaling (Wire Format)".
 *
 * @throws TypeError for a value that is not of its type
 */
export function marshal(signature: string, values: readonly DbusValue[]): Buffer {
  const writer = new Writer();
  writeAll(writer, typesOf(signature), values);
  return writer.bytes();
}

/** Bytes in the order in which they come; padding counts from the first. */
class Writer {
  readonly #parts: Buffer[] = [];
  length = 0;

  push(part: Buffer): void {
    this.#parts.push(part);
    this.length += part.length;
  }

  pad(alignment: number): void {
    this.push(Buffer.alloc(-this.length & (alignment - 1)));
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

function writeAll(writer: Writer, types: readonly string[], values: readonly DbusValue[]): void {
  if (types.length !== values.length) throw new TypeError(`${values.length} values for the types ${types.join("")}`);
  for (const [index, type] of types.entries()) write(writer, type, values[index]);
}

function write(writer: Writer, type: string, value: DbusValue | undefined): void {
  const code = type[0] ?? "";
  writer.pad(ALIGNMENT[code] ?? 1);
  if (isNumber(code) && typeof value === "number") writer.push(number(NUMBERS[code], ALIGNMENT[code] ?? 1, value));
  else if (isBigNumber(code) && typeof value === "bigint") writer.push(bigNumber(BIG_NUMBERS[code], value));
  else if (code === "b" && typeof value === "boolean") writer.push(number("UInt32LE", 4, Number(value)));
  else if ((code === "s" || code === "o" || code === "g") && typeof value === "string") writeText(writer, code, value);
  else if (code === "v" && isVariant(value)) {
    writeText(writer, "g", value.type);
    write(writer, value.type, value.value);
  } else if (code === "a" && isList(value)) writeArray(writer, type.slice(1), value);
  else if ((code === "(" || code === "{") && isList(value)) writeAll(writer, typesOf(type.slice(1, -1)), value);
  else throw new TypeError(`${typeof value} is no value of the D-Bus type ${type}`);
}

function writeText(writer: Writer, code: "s" | "o" | "g", text: string): void {
  if (text.includes("\0")) throw new TypeError("a string of D-Bus has no NUL byte");
  const bytes = Buffer.from(`${text}\0`);
  writer.push(number(code === "g" ? "UInt8" : "UInt32LE", code === "g" ? 1 : 4, bytes.length - 1));
  writer.push(bytes);
}

/** Its length is that of its elements, without the padding before the first one. */
function writeArray(writer: Writer, type: string, values: readonly DbusValue[]): void {
  const length = Buffer.alloc(4);
  writer.push(length);
  writer.pad(ALIGNMENT[type[0] ?? ""] ?? 1);
  const start = writer.length;
  for (const value of values) write(writer, type, value);
  length.writeUInt32LE(writer.length - start);
}

function number(format: (typeof NUMBERS)[keyof typeof NUMBERS], size: number, value: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes[`write${format}`](value);
  return bytes;
}

function bigNumber(format: (typeof BIG_NUMBERS)[keyof typeof BIG_NUMBERS], value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes[`write${format}`](value);
  return bytes;
}

function isList(value: DbusValue | undefined): value is readonly DbusValue[] {
  return Array.isArray(value);
}

function isVariant(value: DbusValue | undefined): value is Variant {
  return typeof value === "object" && "type" in value;
}
