import { DockerfileError } from "./dockerfile-error.ts";
import { replacePattern, trimPattern } from "./shell-pattern.ts";

export interface ExpandOptions {
  /** What a variable has: undefined when it is not set. */
  readonly variables: (name: string) => string | undefined;
  /** `# escape=`; by default the backslash. */
  readonly escape?: string;
  /** Leave quotes as they are: in the contents of heredocs. */
  readonly keepQuotes?: boolean;
}

/**
 * A word of an instruction with its variables, without its quotes and escapes:
 * `$V`, `${V}`, `${V:-word}`, `${V-word}`, `:+`, `+`, `:?`, `?`, `#`, `##`, `%`, `%%`, `/` and `//`, nested as deep as they are.
 *
 * @example
 * expandWord("${name:-a}/'$x'", { variables: () => undefined }); // "a/$x"
 */
export function expandWord(word: string, options: ExpandOptions): string {
  return until({ text: word, at: 0, depth: 0, pieces: [], escape: "\\", ...options }, "", false);
}

/** The same, with spaces in what variables have separating words: EXPOSE alone is so. */
export function expandWords(word: string, options: ExpandOptions): string[] {
  const cursor: Cursor = { text: word, at: 0, depth: 0, pieces: [], escape: "\\", ...options };
  until(cursor, "", false);
  const words: string[] = [];
  let current: string | undefined;
  for (const { text, raw } of cursor.pieces) {
    const [first = "", ...more] = raw ? [text] : text.split(/\s/u);
    if (raw || first !== "") current = (current ?? "") + first;
    for (const next of more) {
      if (current !== undefined) words.push(current);
      current = next === "" ? undefined : next;
    }
  }
  return current === undefined ? words : [...words, current];
}

interface Cursor extends ExpandOptions {
  readonly text: string;
  readonly escape: string;
  at: number;
  depth: number;
  /** What was met outside of `${…}`; raw is what quotes or escapes protect from being split. */
  readonly pieces: { readonly text: string; readonly raw: boolean }[];
}

/** Substitutions in substitutions, beyond which a Dockerfile is an attack on the stack. */
const DEEPEST = 200;

function until(cursor: Cursor, stop: string, rawEscapes: boolean): string {
  let result = "";
  const add = (text: string, raw: boolean): void => {
    result += text;
    if (cursor.depth === 0) cursor.pieces.push({ text, raw });
  };
  while (cursor.at < cursor.text.length) {
    const char = cursor.text.charAt(cursor.at);
    if (stop !== "" && char === stop) {
      cursor.at++;
      return result;
    }
    if (char === "$") add(dollar(cursor), false);
    else if (char === "'" && cursor.keepQuotes !== true) add(singleQuoted(cursor), true);
    else if (char === '"' && cursor.keepQuotes !== true) add(doubleQuoted(cursor), true);
    else if (char === cursor.escape) {
      const escaped = cursor.text.charAt(cursor.at + 1);
      cursor.at += 2;
      add(rawEscapes ? char + escaped : escaped, true);
    } else {
      cursor.at++;
      add(char, false);
    }
  }
  if (stop !== "") throw new DockerfileError(`unexpected end of statement while looking for matching ${stop}`);
  return result;
}

function singleQuoted(cursor: Cursor): string {
  const end = cursor.text.indexOf("'", cursor.at + 1);
  if (end === -1) throw new DockerfileError("unexpected end of statement while looking for matching single-quote");
  const text = cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  return text;
}

function doubleQuoted(cursor: Cursor): string {
  let result = "";
  cursor.at++;
  while (cursor.at < cursor.text.length) {
    const char = cursor.text.charAt(cursor.at);
    if (char === '"') {
      cursor.at++;
      return result;
    }
    if (char === "$") {
      cursor.depth++;
      result += dollar(cursor);
      cursor.depth--;
      continue;
    }
    cursor.at++;
    if (char !== cursor.escape) {
      result += char;
      continue;
    }
    // In double quotes an escape is one before what means something there, and itself before all else.
    const escaped = cursor.text.charAt(cursor.at++);
    result +=
      escaped === "" || escaped === '"' || escaped === "$" || escaped === cursor.escape ? escaped : char + escaped;
  }
  throw new DockerfileError("unexpected end of statement while looking for matching double-quote");
}

function dollar(cursor: Cursor): string {
  cursor.at++;
  if (cursor.text.charAt(cursor.at) !== "{") {
    const name = variableName(cursor);
    return name === "" ? "$" : (cursor.variables(name) ?? "");
  }
  cursor.at++;
  if (cursor.at >= cursor.text.length) throw new DockerfileError("syntax error: missing '}'");
  if ("{}:".includes(cursor.text.charAt(cursor.at))) throw new DockerfileError("syntax error: bad substitution");
  const name = variableName(cursor);
  const value = cursor.variables(name);
  const modifier = /^:?./su.exec(cursor.text.slice(cursor.at, cursor.at + 2))?.[0] ?? "";
  const kind = modifier.startsWith(":") ? modifier : modifier.charAt(0);
  cursor.at += kind.length;
  if (kind === "") throw new DockerfileError("syntax error: missing '}'");
  if (kind === "}") return value ?? "";
  if (++cursor.depth > DEEPEST) throw new DockerfileError("syntax error: substitutions are nested too deeply");
  const substitute = MODIFIERS[kind];
  if (!substitute) throw new DockerfileError(`unsupported modifier (${kind}) in substitution`);
  const result = substitute(cursor, value, name);
  cursor.depth--;
  return result;
}

type Modifier = (cursor: Cursor, value: string | undefined, name: string) => string;

const MODIFIERS: Readonly<Record<string, Modifier>> = {
  "-": (cursor, value) => choose(cursor, (word) => value ?? word),
  ":-": (cursor, value) => choose(cursor, (word) => (value === undefined || value === "" ? word : value)),
  "+": (cursor, value) => choose(cursor, (word) => (value === undefined ? "" : word)),
  ":+": (cursor, value) => choose(cursor, (word) => (value === undefined || value === "" ? "" : word)),
  "?": (cursor, value, name) => choose(cursor, (word) => value ?? unset(name, word, "unset")),
  ":?": (cursor, value, name) =>
    choose(cursor, (word) => {
      if (value === undefined) return unset(name, word, "unset");
      return value === "" ? unset(name, word, "empty") : value;
    }),
  "#": (cursor, value) => trimmed(cursor, value, "#"),
  "%": (cursor, value) => trimmed(cursor, value, "%"),
  "/": (cursor, value) => {
    const all = cursor.text.charAt(cursor.at) === "/";
    if (all) cursor.at++;
    const pattern = until(cursor, "/", true);
    const replacement = until(cursor, "}", true);
    return value === undefined ? "" : replacePattern(value, pattern, replacement, all);
  },
};

function choose(cursor: Cursor, chosen: (word: string) => string): string {
  return chosen(until(cursor, "}", false));
}

function trimmed(cursor: Cursor, value: string | undefined, end: "#" | "%"): string {
  const longest = cursor.text.charAt(cursor.at) === end;
  if (longest) cursor.at++;
  const pattern = until(cursor, "}", true);
  return value === undefined ? "" : trimPattern(value, pattern, end, longest);
}

function unset(name: string, word: string, state: "empty" | "unset"): never {
  throw new DockerfileError(`${name}: ${word === "" ? `not allowed to be ${state}` : word}`);
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]/uy;

function variableName(cursor: Cursor): string {
  NAME.lastIndex = cursor.at;
  const name = NAME.exec(cursor.text)?.[0] ?? "";
  cursor.at += name.length;
  return name;
}
