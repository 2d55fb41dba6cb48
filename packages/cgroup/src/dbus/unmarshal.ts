import { ALIGNMENT, BIG_NUMBERS, isBigNumber, isNumber, NUMBERS, typesOf } from "./signature.ts";
import { type DbusValue, variant } from "./value.ts";

/**
 * The values in bytes, {@link marshal} the other way round.
 *
 * @throws RangeError for bytes that end too early; TypeError for a signature that is none
 */
export function unmarshal(signature: string, bytes: Buffer): DbusValue[] {
  const reader = { bytes, at: 0 };
  return typesOf(signature).map((type) => read(reader, type));
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

function read(reader: Reader, type: string): DbusValue {
  const code = type[0] ?? "";
  const size = ALIGNMENT[code] ?? 1;
  reader.at += -reader.at & (size - 1);
  if (isNumber(code)) return reader.bytes[`read${NUMBERS[code]}`](advance(reader, size));
  if (isBigNumber(code)) return reader.bytes[`read${BIG_NUMBERS[code]}`](advance(reader, size));
  if (code === "b") return reader.bytes.readUInt32LE(advance(reader, size)) === 1;
  if (code === "s" || code === "o") return readText(reader, reader.bytes.readUInt32LE(advance(reader, 4)));
  if (code === "g") return readText(reader, reader.bytes.readUInt8(advance(reader, 1)));
  if (code === "a") return readArray(reader, type.slice(1));
  if (code === "v") {
    const inner = readText(reader, reader.bytes.readUInt8(advance(reader, 1)));
    if (typesOf(inner).length !== 1) throw new TypeError(`a D-Bus variant of the types ${JSON.stringify(inner)}`);
    return variant(inner, read(reader, inner));
  }
  if (code === "(" || code === "{") return typesOf(type.slice(1, -1)).map((member) => read(reader, member));
  throw new TypeError(`there is no D-Bus type ${type}`);
}

function readArray(reader: Reader, type: string): DbusValue[] {
  const length = reader.bytes.readUInt32LE(advance(reader, 4));
  reader.at += -reader.at & ((ALIGNMENT[type[0] ?? ""] ?? 1) - 1);
  const end = reader.at + length;
  const values: DbusValue[] = [];
  while (reader.at < end) values.push(read(reader, type));
  return values;
}

function readText(reader: Reader, length: number): string {
  const start = advance(reader, length + 1);
  if (reader.at > reader.bytes.length) throw new RangeError("a D-Bus message ends in the middle of a string");
  return reader.bytes.toString("utf8", start, start + length);
}

function advance(reader: Reader, length: number): number {
  const { at } = reader;
  reader.at += length;
  return at;
}
