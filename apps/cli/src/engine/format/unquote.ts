import { BadValue } from "./bad-value.ts";

/** The text of a string literal of Go, `"…"` or `` `…` ``. */
export function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith("`")) return inner.replaceAll("\r", "");
  return bytesOf(inner, '"').toString();
}

/** The code point of a character literal of Go, `'…'`. */
export function unquoteCharacter(literal: string): number {
  const inner = literal.slice(1, -1);
  ESCAPE.lastIndex = 0;
  const [first] = ESCAPE.exec(inner) ?? [];
  if (first === undefined || first === "'") throw new BadValue("invalid syntax");
  const { code } = character(first, "'");
  if (first !== inner) throw new BadValue(`malformed character constant: ${literal}`);
  return code;
}

/** A character as it is, or an escape; a backslash before anything else is found, too, and refused. */
const ESCAPE = /\\x[0-9a-fA-F]{2}|\\[0-7]{3}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\[^xuU0-7]|[^]/gu;

const LETTERS: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92 };

function bytesOf(text: string, mark: string): Buffer {
  const parts = (text.match(ESCAPE) ?? []).map((part) => {
    const { code, isByte } = character(part, mark);
    return isByte ? Buffer.from([code]) : Buffer.from(String.fromCodePoint(code));
  });
  return Buffer.concat(parts);
}

/** `\x` and octal escapes are bytes: two of them may make one character. */
function character(part: string, mark: string): { readonly code: number; readonly isByte: boolean } {
  if (!part.startsWith("\\")) return { code: part.codePointAt(0) ?? 0, isByte: false };
  const letter = part.charAt(1);
  const short = letter === mark ? mark.charCodeAt(0) : LETTERS[letter];
  if (short !== undefined) return { code: short, isByte: false };
  if (part.length < 4) throw new BadValue("invalid syntax");
  const isByte = !/[uU]/.test(letter);
  const code = /[xuU]/.test(letter) ? Number.parseInt(part.slice(2), 16) : Number.parseInt(part.slice(1), 8);
  const isSurrogate = !isByte && code >= 0xd800 && code <= 0xdfff;
  if (code > (isByte ? 0xff : 0x10ffff) || isSurrogate) throw new BadValue("invalid syntax");
  return { code, isByte };
}
