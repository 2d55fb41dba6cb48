import { charactersOf } from "./characters.ts";
import { quote } from "./quote.ts";

/** A word of a template, and where it stands. */
export interface Token {
  readonly type: TokenType;
  /** Where it begins, in UTF-16 units. */
  readonly pos: number;
  readonly text: string;
  /** The line in which it begins, from 1. */
  readonly line: number;
}

export type TokenType =
  | "error"
  | "bool"
  | "assign"
  | "char"
  | "characterConstant"
  | "complex"
  | "declare"
  | "dot"
  | "eof"
  | "field"
  | "identifier"
  | "keyword"
  | "leftDelim"
  | "leftParen"
  | "nil"
  | "number"
  | "pipe"
  | "rawString"
  | "rightDelim"
  | "rightParen"
  | "space"
  | "string"
  | "text"
  | "variable";

/** A token as messages name it. */
export function describeToken({ type, text }: Token): string {
  if (type === "eof") return "EOF";
  if (type === "error") return text;
  if (type === "keyword" || type === "dot" || type === "nil") return `<${text}>`;
  return Buffer.byteLength(text) > 10 ? `${quote(charactersOf(text).slice(0, 10).join(""))}...` : quote(text);
}
