import { type Cursor, emit, fail, isSpace, rightDelimAt, skip, skipSpace } from "./cursor.ts";
import { lexAction } from "./lex-action.ts";
import type { Token } from "./token.ts";

/** The words of a template. Where it has an error, that is the last one. */
export function lex(text: string): readonly Token[] {
  const cursor: Cursor = { text, pos: 0, line: 1, tokens: [] };
  while (cursor.tokens.at(-1)?.type !== "error" && cursor.pos < text.length) lexText(cursor);
  if (cursor.tokens.at(-1)?.type !== "error") emit(cursor, "eof", cursor.pos);
  return cursor.tokens;
}

function lexText(cursor: Cursor): void {
  const { text, pos } = cursor;
  const open = text.indexOf("{{", pos);
  if (open === -1) return emit(cursor, "text", text.length);
  const trims = text.charAt(open + 2) === "-" && isSpace(text.charAt(open + 3));
  let end = open;
  if (trims) while (end > pos && isSpace(text.charAt(end - 1))) end -= 1;
  if (end > pos) emit(cursor, "text", end);
  skip(cursor, open);
  const start = open + (trims ? 4 : 2);
  if (text.startsWith("/*", start)) {
    skip(cursor, start);
    return lexComment(cursor);
  }
  emit(cursor, "leftDelim", open + 2);
  skip(cursor, start);
  lexAction(cursor);
}

function lexComment(cursor: Cursor): void {
  const end = cursor.text.indexOf("*/", cursor.pos + 2);
  if (end === -1) return fail(cursor, "unclosed comment");
  const length = rightDelimAt(cursor.text, end + 2);
  if (length === 0) return fail(cursor, "comment ends before closing delimiter");
  skip(cursor, end + 2 + length);
  if (length === 4) skipSpace(cursor);
}
