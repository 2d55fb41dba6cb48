import { type Cursor, emit, fail, isSpace, rightDelimAt, skipRightDelim } from "./cursor.ts";
import { codePoint, quote } from "./quote.ts";
import type { TokenType } from "./token.ts";

/** The words of an action, from behind its left delimiter up to its right one, or to its first error. */
export function lexAction(cursor: Cursor): void {
  const { text, tokens } = cursor;
  let depth = 0;
  while (tokens.at(-1)?.type !== "error") {
    if (rightDelimAt(text, cursor.pos) !== 0) {
      if (depth > 0) return fail(cursor, "unclosed left paren");
      return skipRightDelim(cursor);
    }
    if (cursor.pos >= text.length) return fail(cursor, "unclosed action");
    const character = text.charAt(cursor.pos);
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (depth < 0) return fail(cursor, "unexpected right paren");
    lexWord(cursor);
  }
}

type Lexer = (cursor: Cursor) => void;

/** What the first character of a word tells about it. */
const BY_FIRST: readonly (readonly [RegExp, Lexer])[] = [
  [/^[ \t\r\n]/, lexSpace],
  [/^=/, single("assign")],
  [/^:/, lexDeclare],
  [/^\|/, single("pipe")],
  [/^"/, quotedBy('"', "string", "unterminated quoted string")],
  [/^'/, quotedBy("'", "characterConstant", "unterminated character constant")],
  [/^`/, lexRawString],
  [/^\$/, lexName("variable", "variable")],
  [/^\.(?![0-9])[^]/, lexName("field", "dot")],
  [/^[.+\-0-9]/, lexNumber],
  [/^[_\p{L}\p{Nd}]/u, lexIdentifier],
  [/^\(/, single("leftParen")],
  [/^\)/, single("rightParen")],
  [/^[!-~]/, single("char")],
];

function lexWord(cursor: Cursor): void {
  const start = String.fromCodePoint(cursor.text.codePointAt(cursor.pos) ?? 0);
  const two = start + cursor.text.charAt(cursor.pos + start.length);
  const [, lexer] = BY_FIRST.find(([pattern]) => pattern.test(two)) ?? [];
  if (lexer === undefined) return fail(cursor, `unrecognized character in action: ${codePoint(start)}`);
  lexer(cursor);
}

function single(type: TokenType): Lexer {
  return (cursor) => emit(cursor, type, cursor.pos + 1);
}

/** The last space belongs to the right delimiter if that has a trim marker. */
function lexSpace(cursor: Cursor): void {
  let end = cursor.pos;
  while (isSpace(cursor.text.charAt(end))) end += 1;
  emit(cursor, "space", cursor.text.startsWith("-}}", end) ? end - 1 : end);
}

function lexDeclare(cursor: Cursor): void {
  if (cursor.text.charAt(cursor.pos + 1) !== "=") return fail(cursor, "expected :=");
  emit(cursor, "declare", cursor.pos + 2);
}

function quotedBy(mark: string, type: TokenType, message: string): Lexer {
  const pattern = new RegExp(`${mark}(?:[^${mark}\\\\\n]|\\\\[^\n])*${mark}`, "y");
  return (cursor) => {
    const end = endOf(pattern, cursor);
    if (end === undefined) return fail(cursor, message);
    emit(cursor, type, end);
  };
}

function lexRawString(cursor: Cursor): void {
  const end = cursor.text.indexOf("`", cursor.pos + 1);
  if (end === -1) return fail(cursor, "unterminated raw quoted string");
  emit(cursor, "rawString", end + 1);
}

const NAME = /[_\p{L}\p{Nd}]*/uy;

/** `.name` and `$name`, or the first character alone. */
function lexName(type: TokenType, alone: TokenType): Lexer {
  return (cursor) => {
    const start = cursor.pos + 1;
    if (endsWord(cursor.text, start)) return emit(cursor, alone, start);
    emitName(cursor, type, endOf(NAME, cursor, start) ?? start);
  };
}

const KEYWORDS: ReadonlySet<string> = new Set("block break continue define else end if range template with".split(" "));

function lexIdentifier(cursor: Cursor): void {
  const end = endOf(NAME, cursor) ?? cursor.pos;
  const word = cursor.text.slice(cursor.pos, end);
  const type = KEYWORDS.has(word)
    ? "keyword"
    : word === "nil"
      ? "nil"
      : word === "true" || word === "false"
        ? "bool"
        : "identifier";
  emitName(cursor, type, end);
}

function emitName(cursor: Cursor, type: TokenType, end: number): void {
  if (!endsWord(cursor.text, end))
    return fail(cursor, `bad character ${codePoint(String.fromCodePoint(cursor.text.codePointAt(end) ?? 0))}`);
  emit(cursor, type, end);
}

/** Whether a name may end here: `$x+2` is no word. */
function endsWord(text: string, pos: number): boolean {
  const next = text.charAt(pos);
  return next === "" || isSpace(next) || ".,|:)(".includes(next) || text.startsWith("}}", pos);
}

/** What may be a number, as Go's lexer takes it; the parser refuses `0x` and `089`. */
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

function lexNumber(cursor: Cursor): void {
  const { text } = cursor;
  const end = endOf(NUMBER, cursor) ?? cursor.pos;
  const second = /[+-]/.test(text.charAt(end)) ? (endOf(NUMBER, cursor, end) ?? end) : end;
  const next = String.fromCodePoint(text.codePointAt(second) ?? 0);
  const isBad = /[_\p{L}\p{Nd}]/u.test(next) || (second > end && text.charAt(second - 1) !== "i");
  if (!isBad) return emit(cursor, second > end ? "complex" : "number", second);
  const shown = /[_\p{L}\p{Nd}]/u.test(next) ? second + next.length : second;
  fail(cursor, `bad number syntax: ${quote(text.slice(cursor.pos, shown))}`);
}

function endOf(pattern: RegExp, { text, pos }: Cursor, from = pos): number | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
