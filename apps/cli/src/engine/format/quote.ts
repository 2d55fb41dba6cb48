import { charactersOf } from "./characters.ts";

/** A text as a string literal of Go. */
export function quote(text: string, { ascii = false }: { readonly ascii?: boolean } = {}): string {
  // Nearly all that is ever quoted, two hundred commands of a list.
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  return `"${charactersOf(text)
    .map((character) => quoted(character, '"', ascii))
    .join("")}"`;
}

/** A character as a character literal of Go. */
export function quoteCharacter(character: string, { ascii = false }: { readonly ascii?: boolean } = {}): string {
  return `'${quoted(character, "'", ascii)}'`;
}

/** As Go's unicode.IsPrint. */
function isPrintable(character: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);
}

/** `U+00E9 'é'`: %#U of fmt. */
export function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return isPrintable(character) ? `U+${hex} '${character}'` : `U+${hex}`;
}

const LETTERS: Readonly<Record<string, string>> = {
  "\u0007": String.raw`\a`,
  "\b": String.raw`\b`,
  "\f": String.raw`\f`,
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\t": String.raw`\t`,
  "\v": String.raw`\v`,
  "\\": "\\\\",
};

function quoted(character: string, mark: string, ascii: boolean): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === mark) return `\\${mark}`;
  if (isPrintable(character) && character !== "\\" && (!ascii || code < 0x80)) return character;
  const hex = code.toString(16);
  return (
    LETTERS[character] ??
    (code < 0x80
      ? `\\x${hex.padStart(2, "0")}`
      : code < 0x10000
        ? `\\u${hex.padStart(4, "0")}`
        : `\\U${hex.padStart(8, "0")}`)
  );
}
