import { charactersOf } from "./characters.ts";
import { quote } from "./quote.ts";
import { pad, type Verb } from "./verb.ts";

/** A string by a verb of Go's fmt, or undefined: it is none for strings. */
export function formatString(text: string, verb: Verb): string | undefined {
  switch (verb.letter) {
    case "s":
    case "v":
      return pad(cut(text, verb), verb);
    case "q":
      return pad(quotedText(cut(text, verb), verb), verb);
    case "x":
    case "X":
      return hexText(text, verb);
    default:
      return undefined;
  }
}

/** The precision is the most characters that are shown. */
function cut(text: string, { precision }: Verb): string {
  return precision === undefined ? text : charactersOf(text).slice(0, precision).join("");
}

/** `%#q` is in back quotes where Go can read that. */
function quotedText(text: string, { sharp, plus }: Verb): string {
  const isRaw = sharp && !/[\u0000-\u0008\u000a-\u001f`\u007f\ufeff]/.test(text);
  return isRaw ? `\`${text}\`` : quote(text, { ascii: plus });
}

/** The bytes; the precision is the most of them that are shown. */
function hexText(text: string, verb: Verb): string {
  const { letter, sharp, space, precision } = verb;
  const bytes = [...Buffer.from(text).subarray(0, precision)].map((byte) => byte.toString(16).padStart(2, "0"));
  const prefix = sharp && bytes.length > 0 ? "0x" : "";
  const hex = prefix + bytes.join(space ? ` ${prefix}` : "");
  return pad(letter === "X" ? hex.toUpperCase() : hex, verb);
}
