import { TemplateError } from "./template-error.ts";
import { describeToken, type Token, type TokenType } from "./token.ts";

/** The words of a template that the parser has not taken yet, and what it knows of those before. */
export interface TokenReader {
  readonly tokens: readonly Token[];
  /** The next one. */
  index: number;
  /** The last one that was looked at: its line is that of messages. */
  furthest: number;
  /** The line of the action that is being read, or 0. */
  actionLine: number;
  /** How deep in parentheses and control structures the next token is. */
  depth: number;
  /** How many of the control structures around it are ranges. */
  ranges: number;
  /** The variables in scope. */
  readonly variables: string[];
  readonly functions: ReadonlySet<string>;
}

const EOF: Token = { type: "eof", pos: 0, text: "EOF", line: 1 };

export function peekToken(reader: TokenReader): Token {
  reader.furthest = Math.max(reader.furthest, reader.index);
  return reader.tokens[reader.index] ?? reader.tokens.at(-1) ?? EOF;
}

export function nextToken(reader: TokenReader): Token {
  const token = peekToken(reader);
  reader.index += 1;
  return token;
}

export function peekWord(reader: TokenReader): Token {
  while (peekToken(reader).type === "space") reader.index += 1;
  return peekToken(reader);
}

/** The next token that is no space. */
export function nextWord(reader: TokenReader): Token {
  peekWord(reader);
  return nextToken(reader);
}

export function expectWord(reader: TokenReader, type: TokenType, context: string): Token {
  const token = nextWord(reader);
  if (token.type !== type) throw unexpected(reader, token, context);
  return token;
}

export function parseError({ tokens, furthest }: TokenReader, message: string): TemplateError {
  const { line } = tokens[furthest] ?? tokens.at(-1) ?? EOF;
  return new TemplateError(`template: :${line}: ${message}`);
}

export function unexpected(reader: TokenReader, token: Token, context: string): TemplateError {
  if (token.type !== "error") return parseError(reader, `unexpected ${describeToken(token)} in ${context}`);
  const isElsewhere = reader.actionLine !== 0 && reader.actionLine !== token.line;
  const where = isElsewhere
    ? `${token.text.endsWith(" action") ? "" : " in action"} started at :${reader.actionLine}`
    : "";
  return parseError(reader, token.text + where);
}

/** Deeper than any template that a person writes; the stack is finite. */
const MAX_DEPTH = 250;

/** Calls `parse` one level deeper. */
export function deeper<T>(reader: TokenReader, parse: () => T): T {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) throw parseError(reader, "max expression depth exceeded");
  const parsed = parse();
  reader.depth -= 1;
  return parsed;
}
