import { DockerfileError } from "./dockerfile-error.ts";

/** A pattern of .dockerignore as a test of a path and all directories above it: Go's filepath.Match, and `**` for any number of directories. */
export function ignorePattern(pattern: string): (path: string) => boolean {
  const tokens = tokensOf(pattern);
  return (path) => matches(path, tokens);
}

type Token =
  /** `**` at the end: all that follows; before a slash: any directories, or none. */
  | { readonly kind: "everything" | "directories" }
  /** `*` and `?`, neither of which is a slash. */
  | { readonly kind: "some" | "one" }
  | { readonly kind: "char"; readonly accepts: (char: string) => boolean };

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (pattern.startsWith("**", at)) {
      at++;
      if (pattern.charAt(at + 1) === "/") at++;
      tokens.push({ kind: at + 1 >= pattern.length ? "everything" : "directories" });
    } else if (char === "*") tokens.push({ kind: "some" });
    else if (char === "?") tokens.push({ kind: "one" });
    else if (char === "[") {
      const { accepts, end } = characterClass(pattern, at);
      tokens.push({ kind: "char", accepts });
      at = end;
    } else {
      const wanted = char === "\\" ? pattern.charAt(++at) : char;
      if (wanted === "") throw badPattern(pattern);
      tokens.push({ kind: "char", accepts: (other) => other === wanted });
    }
  }
  return tokens;
}

/** `[a-z]`, `[^a]`; a backslash makes the next character itself. */
function characterClass(pattern: string, start: number): { accepts: (char: string) => boolean; end: number } {
  const negated = pattern.charAt(start + 1) === "^";
  const ranges: [string, string][] = [];
  let at = start + (negated ? 2 : 1);
  const next = (): string => {
    if (pattern.charAt(at) === "\\") at++;
    if (at >= pattern.length) throw badPattern(pattern);
    return pattern.charAt(at++);
  };
  while (pattern.charAt(at) !== "]") {
    const low = next();
    if (pattern.charAt(at) !== "-") {
      ranges.push([low, low]);
      continue;
    }
    at++;
    ranges.push([low, next()]);
  }
  if (ranges.length === 0) throw badPattern(pattern);
  const within = (char: string): boolean => ranges.some(([low, high]) => low <= char && char <= high);
  return { accepts: (char) => char !== "/" && within(char) !== negated, end: at };
}

/** All places in the pattern that the path can have come to; `2 * n + 1` is within the directories of token n. */
function matches(path: string, tokens: readonly Token[]): boolean {
  let states = closure(new Set([0]), tokens);
  for (let at = 0; at < path.length && states.size > 0; at++) {
    // What ends here is a directory above: with it, all that it has is matched.
    if (path.charAt(at) === "/" && states.has(2 * tokens.length)) return true;
    const next = new Set<number>();
    for (const state of states) step(state, path.charAt(at), tokens, next);
    states = closure(next, tokens);
  }
  return states.has(2 * tokens.length);
}

function step(state: number, char: string, tokens: readonly Token[], next: Set<number>): void {
  const index = Math.floor(state / 2);
  const token = tokens[index];
  if (token === undefined) return;
  const after = 2 * (index + 1);
  if (token.kind === "char") {
    if (token.accepts(char)) next.add(after);
  } else if (token.kind === "everything") next.add(state);
  else if (token.kind === "directories") {
    next.add(2 * index + 1);
    if (char === "/") next.add(after);
  } else if (char !== "/") next.add(token.kind === "one" ? after : state);
}

function closure(states: Set<number>, tokens: readonly Token[]): Set<number> {
  // A set's iteration meets what is added to it meanwhile.
  for (const state of states) {
    const kind = state % 2 === 0 ? tokens[state / 2]?.kind : undefined;
    if (kind === "some" || kind === "everything" || kind === "directories") states.add(state + 2);
  }
  return states;
}

function badPattern(pattern: string): DockerfileError {
  return new DockerfileError(`error checking context: '${pattern}': syntax error in pattern`);
}
