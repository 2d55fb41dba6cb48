import { UserError } from "../../user-error.ts";

/**
 * A whole number as Go reads it, of 64 bits.
 *
 * @throws UserError in the words of Go's strconv
 */
export function wholeNumber(text: string): bigint {
  const hint = "a whole number is meant";
  const quoted = JSON.stringify(text);
  if (!/^[+-]?\d+$/.test(text)) throw new UserError(`strconv.ParseInt: parsing ${quoted}: invalid syntax`, { hint });
  const number = BigInt(text.replace(/^\+/, ""));
  if (BigInt.asIntN(64, number) === number) return number;
  throw new UserError(`strconv.ParseInt: parsing ${quoted}: value out of range`, { hint });
}
