/** `${V#pattern}`, `##`, `%` and `%%`: what is left of a value without what matches at its beginning (`#`) or end (`%`). */
export function trimPattern(value: string, pattern: string, end: "#" | "%", longest: boolean): string {
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  const tokens = tokensOf(pattern);
  for (const length of longest ? lengths.toReversed() : lengths) {
    const at = end === "#" ? length : value.length - length;
    const [part, rest] = end === "#" ? [value.slice(0, at), value.slice(at)] : [value.slice(at), value.slice(0, at)];
    if (matches(part, tokens)) return rest;
  }
  return value;
}

/** `${V/pattern/replacement}` and `${V//pattern/replacement}`: the longest match at each place, from the left. */
export function replacePattern(value: string, pattern: string, replacement: string, all: boolean): string {
  const tokens = tokensOf(pattern);
  let result = "";
  for (let at = 0; at < value.length;) {
    const length = longestMatch(value.slice(at), tokens);
    if (length === 0) {
      result += value.charAt(at++);
      continue;
    }
    result += unescaped(replacement);
    at += length;
    if (!all) return result + value.slice(at);
  }
  return result;
}

type Token = { readonly any: "one" | "some" } | { readonly char: string };

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === "*") tokens.push({ any: "some" });
    else if (char === "?") tokens.push({ any: "one" });
    else tokens.push({ char: char === "\\" ? pattern.charAt(++at) : char });
  }
  return tokens;
}

/** The places that a pattern can have come to, one character of the text after the other: never more than there are tokens. */
function* places(text: string, tokens: readonly Token[]): Generator<boolean> {
  let states = closure(new Set([0]), tokens);
  yield states.has(tokens.length);
  for (const char of text) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined) continue;
      if ("char" in token ? token.char === char : token.any === "one") next.add(state + 1);
      else if ("any" in token && token.any === "some") next.add(state);
    }
    states = closure(next, tokens);
    yield states.has(tokens.length);
  }
}

function closure(states: Set<number>, tokens: readonly Token[]): Set<number> {
  // A set's iteration meets what is added to it meanwhile.
  for (const state of states) {
    const token = tokens[state];
    if (token && "any" in token && token.any === "some") states.add(state + 1);
  }
  return states;
}

function matches(text: string, tokens: readonly Token[]): boolean {
  return [...places(text, tokens)].at(-1) === true;
}

function longestMatch(text: string, tokens: readonly Token[]): number {
  const characters = Array.from(text);
  const count = [...places(text, tokens)].lastIndexOf(true);
  return characters.slice(0, Math.max(count, 0)).join("").length;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gu, "$1");
}
