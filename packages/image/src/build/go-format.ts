/** Go's `%q` of strings: `["a" "b"]`. */
export function quotedList(words: readonly string[]): string {
  return `[${words.map(quoted).join(" ")}]`;
}

/** Go's `%v` of strings: `[a b]`. */
export function plainList(words: readonly string[]): string {
  return `[${words.join(" ")}]`;
}

/** Go's `%q` of a string. */
function quoted(text: string): string {
  const body = text.replaceAll(/["\\\u0000-\u001f\u007f]/g, (character) => ESCAPES[character] ?? hex(character));
  return `"${body}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  "\\": "\\\\",
  "\n": String.raw`\n`,
  "\t": String.raw`\t`,
  "\r": String.raw`\r`,
  "\u0007": String.raw`\a`,
  "\b": String.raw`\b`,
  "\f": String.raw`\f`,
  "\v": String.raw`\v`,
};

function hex(character: string): string {
  return String.raw`\x` + character.charCodeAt(0).toString(16).padStart(2, "0");
}
