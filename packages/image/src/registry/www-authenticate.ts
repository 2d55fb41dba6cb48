/** One challenge of a `WWW-Authenticate` header. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** By their names in lower case: `realm`, `service`, `scope`, `error`. Of a name that is there twice, the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads a `WWW-Authenticate` header, in which one line can have several challenges. What is no challenge is passed over: servers write
 * what they like, and a part that can be read is enough.
 *
 * https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 *
 * @example
 * parseChallenges('Bearer realm="https://auth.docker.io/token",service="registry.docker.io"')[0]?.scheme; // "bearer"
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  let at = 0;
  while (at < header.length) {
    at = skip(header, at, SEPARATOR);
    const word = match(header, at, TOKEN);
    if (word === undefined) {
      // A character that begins nothing.
      at += 1;
      continue;
    }
    at += word.length;
    const parameter = parameterAfter(header, at);
    if (parameter === undefined) {
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
      at += match(header, at, TOKEN68)?.length ?? 0;
      continue;
    }
    at = parameter.end;
    const parameters = challenges.at(-1)?.parameters;
    const name = word.toLowerCase();
    if (parameters !== undefined && !parameters.has(name)) parameters.set(name, parameter.value);
  }
  return challenges;
}

const SEPARATOR = /[\s,]*/y;
const TOKEN = /[\w!#$%&'*+.^`|~-]+/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const QUOTED = /"(?:[^"\\]|\\[^])*"?/y;
/** Of schemes such as Negotiate; it ends where a comma or the end follows. */
const TOKEN68 = /[ \t]+[\w.~+/-]+=*(?=[ \t]*(?:,|$))/y;

/** What follows the name of a parameter; undefined where the word before is no name. */
function parameterAfter(text: string, from: number): { readonly value: string; readonly end: number } | undefined {
  const equals = match(text, from, EQUALS);
  if (equals === undefined) return undefined;
  const at = from + equals.length;
  const quoted = match(text, at, QUOTED);
  if (quoted !== undefined) return { value: unquote(quoted), end: at + quoted.length };
  const value = match(text, at, TOKEN) ?? "";
  return { value, end: at + value.length };
}

function unquote(quoted: string): string {
  const isClosed = /^"(?:[^"\\]|\\[^])*"$/.test(quoted);
  return quoted.slice(1, isClosed ? -1 : undefined).replaceAll(/\\([^])/g, "$1");
}

function match(text: string, at: number, pattern: RegExp): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function skip(text: string, at: number, pattern: RegExp): number {
  return at + (match(text, at, pattern)?.length ?? 0);
}
