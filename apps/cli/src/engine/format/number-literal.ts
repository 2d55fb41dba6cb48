import { BadValue } from "./bad-value.ts";
import { quote } from "./quote.ts";

/** A number as it stands in a template: Go takes `1.0` for an int where one is wanted, and otherwise for a float. */
export interface NumberLiteral {
  /** undefined: no whole number, or more than an int64 holds */
  readonly int: bigint | undefined;
  readonly float: number;
  /** It looks like a float. */
  readonly isFloat: boolean;
}

export function numberLiteral(text: string): NumberLiteral {
  const digits = text.replaceAll(/^[+-]?0[xX]/.test(text) ? BETWEEN_HEX : BETWEEN_DIGITS, "");
  if (INTEGER.test(digits)) return integer(digits, text);
  if (text.endsWith("i")) throw new BadValue("complex numbers are not supported");
  if (!FLOAT.test(digits)) throw new BadValue(`illegal number syntax: ${quote(text)}`);
  const float = Number(digits);
  if (!/[.eE]/.test(text)) throw new BadValue(`integer overflow: ${quote(text)}`);
  if (!Number.isFinite(float)) throw new BadValue(`illegal number syntax: ${quote(text)}`);
  const int = Number.isInteger(float) && Math.abs(float) < 2 ** 63 ? BigInt(float) : undefined;
  return { int, float, isFloat: true };
}

/** Underscores stand between two digits, or between the prefix and a digit. */
const BETWEEN_DIGITS = /(?<=[0-9]|0[oObB])_(?=[0-9])/g;
const BETWEEN_HEX = /(?<=[0-9a-fA-F]|0[xX])_(?=[0-9a-fA-F])/g;

const INTEGER = /^[+-]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/;
const FLOAT = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

function integer(digits: string, text: string): NumberLiteral {
  const [, sign, number = ""] = /^([+-]?)(.*)$/.exec(digits) ?? [];
  const size = BigInt(number.replace(/^0(?=[0-7])/, "0o"));
  const int = sign === "-" ? -size : size;
  const fits = int >= -(2n ** 63n) && int < 2n ** 63n;
  const fitsUnsigned = sign === "" && int < 2n ** 64n;
  if (!fits && !fitsUnsigned)
    throw new BadValue(`${/^0[a-zA-Z]/.test(number) ? "illegal number syntax" : "integer overflow"}: ${quote(text)}`);
  return { int: fits ? int : undefined, float: Number(int), isFloat: false };
}
