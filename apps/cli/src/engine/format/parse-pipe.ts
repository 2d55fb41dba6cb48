import { BadValue } from "./bad-value.ts";
import { type Command, nodeText, type Operand, type Pipe } from "./node.ts";
import { numberLiteral } from "./number-literal.ts";
import { quote } from "./quote.ts";
import {
  deeper,
  nextToken,
  nextWord,
  parseError,
  peekToken,
  peekWord,
  type TokenReader,
  unexpected,
} from "./token-reader.ts";
import type { Token, TokenType } from "./token.ts";
import { unquote, unquoteCharacter } from "./unquote.ts";

/** A pipeline up to its end, which is taken, too. */
export function parsePipe(reader: TokenReader, context: string, end: TokenType): Pipe {
  const { pos } = peekWord(reader);
  const { variables, assigns } = parseVariables(reader, context);
  const commands: Command[] = [];
  for (;;) {
    const token = peekWord(reader);
    if (token.type === end) break;
    if (!STARTS_COMMAND.has(token.type)) throw unexpected(reader, nextToken(reader), context);
    commands.push(parseCommand(reader));
  }
  nextToken(reader);
  if (commands.length === 0) throw parseError(reader, `missing value for ${context}`);
  const constant = commands.findIndex(({ operands: [first] }, index) => index > 0 && NO_COMMAND.has(first.type));
  if (constant !== -1) throw parseError(reader, `non executable command in pipeline stage ${constant + 1}`);
  return { type: "pipe", pos, variables, assigns, commands };
}

const NO_COMMAND: ReadonlySet<Operand["type"]> = new Set(["bool", "dot", "nil", "number", "string"]);

/** `$x :=`, `$x =`, and in a range `$i, $x :=`. */
function parseVariables(reader: TokenReader, context: string): Pick<Pipe, "variables" | "assigns"> {
  const variables: string[] = [];
  for (;;) {
    const token = peekWord(reader);
    if (token.type !== "variable") return { variables, assigns: false };
    const { index } = reader;
    nextToken(reader);
    const next = peekWord(reader);
    const isList = next.type === "char" && next.text === ",";
    if (!isList && next.type !== "assign" && next.type !== "declare") {
      reader.index = index;
      return { variables, assigns: false };
    }
    nextToken(reader);
    variables.push(token.text);
    reader.variables.push(token.text);
    if (!isList) return { variables, assigns: next.type === "assign" };
    if (context !== "range" || variables.length > 1) throw parseError(reader, `too many declarations in ${context}`);
    if (!["variable", "rightDelim", "rightParen"].includes(peekWord(reader).type))
      throw parseError(reader, "range can only initialize variables");
  }
}

function parseCommand(reader: TokenReader): Command {
  const { pos } = peekWord(reader);
  const operands: Operand[] = [];
  for (;;) {
    peekWord(reader);
    const operand = parseOperand(reader);
    if (operand !== undefined) operands.push(operand);
    const token = peekToken(reader);
    if (token.type === "rightDelim" || token.type === "rightParen") break;
    nextToken(reader);
    if (token.type === "pipe") break;
    if (token.type !== "space") throw unexpected(reader, token, "operand");
  }
  const [first, ...rest] = operands;
  if (first === undefined) throw parseError(reader, "empty command");
  return { type: "command", pos, operands: [first, ...rest] };
}

/** A term and the fields behind it. */
function parseOperand(reader: TokenReader): Operand | undefined {
  const term = parseTerm(reader);
  const { type, pos } = peekToken(reader);
  if (term === undefined || type !== "field") return term;
  const names: string[] = [];
  while (peekToken(reader).type === "field") names.push(nextToken(reader).text.slice(1));
  if (NO_COMMAND.has(term.type)) throw parseError(reader, `unexpected . after term ${quote(nodeText(term))}`);
  if (term.type === "field" || term.type === "variable") return { ...term, pos, names: [...term.names, ...names] };
  return { type: "chain", pos, operand: term, names };
}

function parseTerm(reader: TokenReader): Operand | undefined {
  const parseThis = TERMS[peekWord(reader).type];
  return parseThis?.(reader, nextWord(reader));
}

type ParseTerm = (reader: TokenReader, token: Token) => Operand;

const TERMS: Readonly<Partial<Record<TokenType, ParseTerm>>> = {
  bool: (_, { pos, text }) => ({ type: "bool", pos, value: text === "true" }),
  characterConstant: (reader, { pos, text }) => {
    const int = literal(reader, () => unquoteCharacter(text));
    return { type: "number", pos, text, number: { int: BigInt(int), float: int, isFloat: false } };
  },
  dot: (_, { pos }) => ({ type: "dot", pos }),
  field: (_, { pos, text }) => ({ type: "field", pos, names: [text.slice(1)] }),
  identifier(reader, { pos, text }) {
    if (!reader.functions.has(text)) throw parseError(reader, `function ${quote(text)} not defined`);
    return { type: "identifier", pos, name: text };
  },
  leftParen: (reader) => deeper(reader, () => parsePipe(reader, "parenthesized pipeline", "rightParen")),
  nil: (_, { pos }) => ({ type: "nil", pos }),
  complex: parseNumber,
  number: parseNumber,
  rawString: parseString,
  string: parseString,
  variable(reader, { pos, text }) {
    if (!reader.variables.includes(text)) throw parseError(reader, `undefined variable ${quote(text)}`);
    return { type: "variable", pos, name: text, names: [] };
  },
};

/** What a command may begin with. */
const STARTS_COMMAND: ReadonlySet<string> = new Set(Object.keys(TERMS));

function parseNumber(reader: TokenReader, { pos, text }: Token): Operand {
  return { type: "number", pos, text, number: literal(reader, () => numberLiteral(text)) };
}

function parseString(reader: TokenReader, { pos, text }: Token): Operand {
  return { type: "string", pos, quoted: text, text: literal(reader, () => unquote(text)) };
}

function literal<T>(reader: TokenReader, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof BadValue ? parseError(reader, error.message) : error;
  }
}
