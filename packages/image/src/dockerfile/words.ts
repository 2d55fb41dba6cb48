const SPACE = /\s/u;

/** Words of ENV, LABEL and ARG as BuildKit's parseWords splits them: quotes and escapes stay where they are. */
export function splitQuoted(text: string, escape: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote === "" && SPACE.test(char)) {
      if (word !== "") words.push(word);
      word = "";
      continue;
    }
    if (char === escape && quote !== "'") {
      // An escape at the very end has nothing to escape, and is dropped.
      if (at + 1 < text.length) word += char + text.charAt(++at);
      continue;
    }
    if (quote === "" && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = "";
    word += char;
  }
  if (word !== "") words.push(word);
  return words;
}

/** The words that begin with `--`, and what follows them. Backslashes and quotes are resolved here, whatever `# escape=` says. */
export function splitFlags(text: string): { readonly flags: readonly string[]; readonly rest: string } {
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && SPACE.test(text.charAt(at))) at++;
    if (!text.startsWith("--", at)) return { flags, rest: text.slice(at) };
    let word = "";
    let quote = "";
    for (; at < text.length; at++) {
      const char = text.charAt(at);
      if (quote === "" && SPACE.test(char)) break;
      if (char === "\\") word += text.charAt(++at);
      else if (quote === "" && (char === "'" || char === '"')) quote = char;
      else if (char === quote) quote = "";
      else word += char;
    }
    if (word === "--") return { flags, rest: text.slice(at).trimStart() };
    flags.push(word);
  }
}

/** A JSON array of strings; "not strings" for another array, undefined for what is no JSON array. */
export function jsonWords(text: string): readonly string[] | "not strings" | undefined {
  if (!text.trimStart().startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return undefined;
    return value.every((word): word is string => typeof word === "string") ? value : "not strings";
  } catch {
    return undefined;
  }
}
