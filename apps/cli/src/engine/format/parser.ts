import { lex } from "./lexer.ts";
import type { Branch, Node } from "./node.ts";
import { parsePipe } from "./parse-pipe.ts";
import {
  deeper,
  expectWord,
  nextToken,
  nextWord,
  parseError,
  peekToken,
  peekWord,
  type TokenReader,
  unexpected,
} from "./token-reader.ts";
import { describeToken, type Token } from "./token.ts";

/**
 * A template as data.
 *
 * @param functions the names of those that it may call
 * @throws TemplateError in the words of Go's text/template/parse
 */
export function parse(text: string, functions: ReadonlySet<string>): readonly Node[] {
  const reader: TokenReader = {
    tokens: lex(text),
    index: 0,
    furthest: 0,
    actionLine: 0,
    depth: 0,
    ranges: 0,
    variables: ["$"],
    functions,
  };
  const nodes: Node[] = [];
  while (peekToken(reader).type !== "eof") {
    const node = parseNode(reader);
    if (isEnd(node)) throw parseError(reader, `unexpected {{${node.type}}}`);
    nodes.push(node);
  }
  return nodes;
}

interface End {
  readonly type: "end" | "else";
}

function isEnd(node: Node | End): node is End {
  return node.type === "end" || node.type === "else";
}

/** The nodes up to {{end}} or {{else}}. */
function parseList(reader: TokenReader): { readonly nodes: readonly Node[]; readonly end: End } {
  const nodes: Node[] = [];
  while (peekWord(reader).type !== "eof") {
    const node = parseNode(reader);
    if (isEnd(node)) return { nodes, end: node };
    nodes.push(node);
  }
  throw parseError(reader, "unexpected EOF");
}

function parseNode(reader: TokenReader): Node | End {
  const token = nextWord(reader);
  if (token.type === "text") return { type: "text", text: token.text };
  if (token.type !== "leftDelim") throw unexpected(reader, token, "input");
  reader.actionLine = token.line;
  const node = parseAction(reader);
  reader.actionLine = 0;
  return node;
}

function parseAction(reader: TokenReader): Node | End {
  const token = peekWord(reader);
  if (token.type !== "keyword") return { type: "action", pipe: parsePipe(reader, "command", "rightDelim") };
  nextToken(reader);
  const parseKeyword = KEYWORDS[token.text];
  if (parseKeyword === undefined) throw parseError(reader, `${describeToken(token)} is not supported`);
  return parseKeyword(reader);
}

const KEYWORDS: Readonly<Record<string, (reader: TokenReader) => Node | End>> = {
  break: (reader) => parseJump(reader, "break"),
  continue: (reader) => parseJump(reader, "continue"),
  else: parseElse,
  end(reader) {
    expectWord(reader, "rightDelim", "end");
    return { type: "end" };
  },
  if: (reader) => parseBranch(reader, "if"),
  range: (reader) => parseBranch(reader, "range"),
  with: (reader) => parseBranch(reader, "with"),
};

function parseJump(reader: TokenReader, type: "break" | "continue"): Node {
  const token = nextWord(reader);
  if (token.type !== "rightDelim") throw unexpected(reader, token, `{{${type}}}`);
  if (reader.ranges === 0) throw parseError(reader, `{{${type}}} outside {{range}}`);
  return { type };
}

/** {{else if}} and {{else with}} leave their second word to parseOtherwise(). */
function parseElse(reader: TokenReader): End {
  const token = peekWord(reader);
  if (!isWord(token, "if") && !isWord(token, "with")) expectWord(reader, "rightDelim", "else");
  return { type: "else" };
}

function isWord(token: Token, word: string): boolean {
  return token.type === "keyword" && token.text === word;
}

function parseBranch(reader: TokenReader, type: Branch["type"]): Branch {
  return deeper(reader, () => {
    const scope = reader.variables.length;
    const pipe = parsePipe(reader, type, "rightDelim");
    if (type === "range") reader.ranges += 1;
    const { nodes: body, end } = parseList(reader);
    if (type === "range") reader.ranges -= 1;
    const otherwise = end.type === "else" ? parseOtherwise(reader, type) : [];
    reader.variables.length = scope;
    return { type, pipe, body, otherwise };
  });
}

/** The {{end}} of {{else if}} is that of the whole. */
function parseOtherwise(reader: TokenReader, type: Branch["type"]): readonly Node[] {
  if ((type === "if" || type === "with") && isWord(peekToken(reader), type)) {
    nextToken(reader);
    return [parseBranch(reader, type)];
  }
  const { nodes, end } = parseList(reader);
  if (end.type !== "end") throw parseError(reader, `expected end; found {{${end.type}}}`);
  return nodes;
}
