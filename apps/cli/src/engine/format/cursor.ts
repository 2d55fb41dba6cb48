import type { Token, TokenType } from "./token.ts";

/** A place in a template, and what was found before it. */
export interface Cursor {
  readonly text: string;
  pos: number;
  line: number;
  readonly tokens: Token[];
}

/** A token from where the cursor is to `end`, where it is afterwards. */
export function emit(cursor: Cursor, type: TokenType, end: number): void {
  const { pos, line } = cursor;
  cursor.tokens.push({ type, pos, text: cursor.text.slice(pos, end), line });
  skip(cursor, end);
}

/** The end of the list: what is wrong with the token that begins here. */
export function fail(cursor: Cursor, message: string): void {
  cursor.tokens.push({ type: "error", pos: cursor.pos, text: message, line: cursor.line });
}

/** The length of a right delimiter with its trim marker, or 0. */
export function rightDelimAt(text: string, pos: number): number {
  if (text.startsWith("}}", pos)) return 2;
  return isSpace(text.charAt(pos)) && text.startsWith("-}}", pos + 1) ? 4 : 0;
}

/** Over a right delimiter, and over the space behind it that its marker trims. */
export function skipRightDelim(cursor: Cursor): void {
  const length = rightDelimAt(cursor.text, cursor.pos);
  if (length === 4) skip(cursor, cursor.pos + 2);
  emit(cursor, "rightDelim", cursor.pos + 2);
  if (length === 4) skipSpace(cursor);
}

export function skip(cursor: Cursor, end: number): void {
  cursor.line += cursor.text.slice(cursor.pos, end).split("\n").length - 1;
  cursor.pos = end;
}

export function isSpace(character: string): boolean {
  return character === " " || character === "\t" || character === "\r" || character === "\n";
}

/** Over the spaces that are here. */
export function skipSpace(cursor: Cursor): void {
  let end = cursor.pos;
  while (isSpace(cursor.text.charAt(end))) end += 1;
  skip(cursor, end);
}
