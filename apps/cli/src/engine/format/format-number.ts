import { BadValue } from "./bad-value.ts";
import { type Decimal, fixed, roundedDecimal, shortestDecimal } from "./decimal.ts";
import { pad, type Verb } from "./verb.ts";

/** An integer by a verb of Go's fmt, or undefined: it is none for integers. */
export function formatInteger(value: bigint, verb: Verb): string | undefined {
  const base = BASES[verb.letter];
  if (base === undefined) return undefined;
  const size = value < 0n ? -value : value;
  if (verb.precision === 0 && size === 0n) return " ".repeat(verb.width ?? 0);
  const sign = value < 0n ? "-" : verb.plus ? "+" : verb.space ? " " : "";
  const fillsWithZeros = verb.zero && !verb.minus && verb.width !== undefined;
  const least = verb.precision ?? (fillsWithZeros ? verb.width - sign.length : 0);
  const digits = size.toString(base).padStart(least, "0");
  const text = sign + prefixOf(verb, digits) + digits;
  return pad(verb.letter === "X" ? text.toUpperCase() : text, { ...verb, zero: false });
}

const BASES: Readonly<Partial<Record<string, number>>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function prefixOf({ letter, sharp }: Verb, digits: string): string {
  if (letter === "O") return `0o${sharp && !digits.startsWith("0") ? "0" : ""}`;
  if (!sharp || letter === "v" || letter === "d") return "";
  if (letter === "o") return digits.startsWith("0") ? "" : "0";
  return letter === "b" ? "0b" : "0x";
}

/** A float by a verb of Go's fmt, or undefined: it is none for floats. */
export function formatFloat(value: number, verb: Verb): string | undefined {
  // What would not be exactly as Go writes it.
  if ("bxX".includes(verb.letter) || verb.sharp)
    throw new BadValue(`%${verb.sharp ? "#" : ""}${verb.letter} of a float is not supported`);
  const format = FLOATS[verb.letter];
  if (format === undefined) return undefined;
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? "-" : verb.plus ? "+" : verb.space ? " " : "";
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "NaN" : "Inf";
    return pad((value === Number.POSITIVE_INFINITY && verb.plus ? "+" : sign || plusOf(value)) + name, {
      ...verb,
      zero: false,
    });
  }
  const text = format(Math.abs(value), verb.precision);
  // The sign stands before zeros that fill up.
  if (!verb.zero || verb.minus || sign === "") return pad(sign + text, verb);
  return sign + pad(text, { ...verb, width: (verb.width ?? 0) - 1 });
}

/** Go always writes the sign of infinity. */
function plusOf(value: number): string {
  return value === Number.POSITIVE_INFINITY ? "+" : "";
}

type FormatFloat = (size: number, precision: number | undefined) => string;

const FLOATS: Readonly<Partial<Record<string, FormatFloat>>> = {
  v: general,
  g: general,
  G: (size, precision) => general(size, precision).toUpperCase(),
  e: (size, precision = 6) => exponential(roundedDecimal(size, precision + 1), precision),
  E: (size, precision = 6) => exponential(roundedDecimal(size, precision + 1), precision).toUpperCase(),
  f: (size, precision = 6) => fixed(size, precision),
  F: (size, precision = 6) => fixed(size, precision),
};

/** strconv's 'g': with an exponent where that is below -4, or not below the precision. */
function general(size: number, precision?: number): string {
  if (size === 0) return "0";
  const rounded = precision === undefined ? shortestDecimal(size) : roundedDecimal(size, precision || 1);
  const decimal = { ...rounded, digits: rounded.digits.replace(/(?<=.)0+$/, "") };
  const count = decimal.digits.length;
  const wide = precision || 1;
  const most = precision === undefined ? 6 : wide > count && count >= decimal.point ? count : wide;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= most) return exponential(decimal, count - 1);
  const digits = decimal.digits.padEnd(decimal.point, "0");
  if (decimal.point <= 0) return `0.${"0".repeat(-decimal.point)}${digits}`;
  return digits.length > decimal.point ? `${digits.slice(0, decimal.point)}.${digits.slice(decimal.point)}` : digits;
}

function exponential({ digits, point }: Decimal, places: number): string {
  const exponent = point - 1;
  const start = places > 0 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits.slice(0, 1);
  return `${start}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
