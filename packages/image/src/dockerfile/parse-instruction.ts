import { DockerfileError } from "./dockerfile-error.ts";
import { heredocsOf } from "./heredoc.ts";
import {
  type Heredoc,
  type Instruction,
  type InstructionFlag,
  type InstructionName,
  type InstructionRow,
  type InstructionSyntax,
  INSTRUCTIONS,
} from "./instruction.ts";
import { nearName } from "./near-name.ts";
import { jsonWords, splitFlags, splitQuoted } from "./words.ts";

/** One logical line, continuations joined; its heredocs have no contents yet. */
export function parseInstruction(original: string, line: number, escape: string): Instruction {
  const [keyword, after] = halves(original);
  const name = keyword.toUpperCase();
  if (!isInstruction(name)) throw unknown("instruction", keyword, Object.keys(INSTRUCTIONS), name, line);
  const row = INSTRUCTIONS[name];
  const { flags, rest } = splitFlags(after);
  const base = {
    name,
    line,
    endLine: line,
    original,
    flags: flags.map((flag) => parseFlag(flag, row, line)),
    ...NOTHING,
  };
  refuseTwice(base.flags, row, line);
  const parsed = { ...base, ...SYNTAX[row.syntax]({ rest: rest.trim(), line, escape, name }) };
  return HEREDOCS.has(name) && !parsed.exec ? { ...parsed, heredocs: announced(original) } : parsed;
}

interface Text {
  readonly rest: string;
  readonly line: number;
  readonly escape: string;
  readonly name: InstructionName;
}

type Parsed = Partial<Pick<Instruction, "exec" | "heredocs" | "inner" | "pairs" | "words">>;

const NOTHING = { words: [], exec: false, pairs: [], heredocs: [] } as const;
const HEREDOCS: ReadonlySet<string> = new Set(["ADD", "COPY", "RUN"]);
const WHITESPACE = /[\t\v\f\r ]+/u;

const SYNTAX: Readonly<Record<InstructionSyntax, (text: Text) => Parsed>> = {
  text: ({ rest }) => ({ words: rest === "" ? [] : [rest] }),
  words: ({ rest }) => ({ words: whitespaceWords(rest) }),
  list: (text) => execForm(text) ?? { words: whitespaceWords(text.rest) },
  command: (text) => execForm(text) ?? { words: text.rest === "" ? [] : [text.rest] },
  arguments: ({ rest, escape }) => ({
    pairs: splitQuoted(rest, escape).map((word) => {
      const at = word.indexOf("=");
      return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
    }),
  }),
  pairs: ({ rest, escape, name, line }) => ({ pairs: namesAndValues(rest, escape, name, line) }),
  health: ({ rest, escape, line }) => {
    const [type, command] = halves(rest);
    const words = type === "" ? [] : [type.toUpperCase()];
    return type.toUpperCase() === "CMD"
      ? { words, inner: parseInstruction(`CMD ${command}`, line, escape) }
      : { words: command === "" ? words : [...words, command] };
  },
  instruction: ({ rest, escape, line }) => {
    if (rest === "") throw new DockerfileError("ONBUILD requires at least one argument", line);
    const inner = parseInstruction(rest, line, escape);
    return { words: [rest], inner, heredocs: inner.heredocs };
  },
};

function execForm({ rest, line }: Text): Parsed | undefined {
  const words = jsonWords(rest);
  if (words === "not strings") {
    throw new DockerfileError("when using JSON array syntax, arrays must be comprised of strings only", line);
  }
  return words && { words, exec: true };
}

function namesAndValues(rest: string, escape: string, name: string, line: number): [string, string][] {
  const words = splitQuoted(rest, escape);
  if (words.length === 0) return [];
  if (!words[0]?.includes("=")) {
    const [key, value] = halves(rest);
    if (value === "") throw new DockerfileError(`${name} must have two arguments`, line);
    return [[key, value]];
  }
  return words.map((word) => {
    const at = word.indexOf("=");
    if (at === -1) {
      const problem = `Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`;
      throw new DockerfileError(problem, line);
    }
    return [word.slice(0, at), word.slice(at + 1)];
  });
}

function parseFlag(flag: string, row: InstructionRow, line: number): InstructionFlag {
  const at = flag.indexOf("=");
  const name = flag.slice(2, at === -1 ? undefined : at);
  if (!Object.hasOwn(row.flags, name))
    throw unknown(
      "flag",
      `--${name}`,
      Object.keys(row.flags).map((known) => `--${known}`),
      `--${name}`,
      line,
    );
  const value = at === -1 ? undefined : flag.slice(at + 1);
  if (BOOLEAN.has(name)) {
    if (value !== undefined && !/^(?:true|false)$/iu.test(value)) {
      throw new DockerfileError(`expecting boolean value for flag ${name}, not: ${value}`, line);
    }
  } else if (value === undefined) throw new DockerfileError(`missing a value on flag: ${name}`, line);
  return { name, value };
}

const BOOLEAN: ReadonlySet<string> = new Set(["keep-git-dir", "link", "parents", "unpack"]);

function refuseTwice(flags: readonly InstructionFlag[], row: InstructionRow, line: number): void {
  const seen = new Set<string>();
  for (const { name } of flags) {
    if (seen.has(name) && row.flags[name] !== true)
      throw new DockerfileError(`duplicate flag specified: ${name}`, line);
    seen.add(name);
  }
}

function announced(original: string): Heredoc[] {
  return heredocsOf(original).map((heredoc) => ({ ...heredoc, content: "" }));
}

function unknown(
  kind: string,
  written: string,
  known: readonly string[],
  searched: string,
  line: number,
): DockerfileError {
  const near = nearName(searched, known);
  const hint = near === undefined ? "" : ` (did you mean ${near}?)`;
  return new DockerfileError(`unknown ${kind}: ${written}${hint}`, line);
}

function isInstruction(name: string): name is InstructionName {
  return Object.hasOwn(INSTRUCTIONS, name);
}

function whitespaceWords(text: string): string[] {
  return text === "" ? [] : text.split(WHITESPACE);
}

function halves(text: string): [string, string] {
  const trimmed = text.trim();
  const at = trimmed.search(WHITESPACE);
  return at === -1 ? [trimmed, ""] : [trimmed.slice(0, at), trimmed.slice(at).trim()];
}
