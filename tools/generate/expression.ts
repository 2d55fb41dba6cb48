/** Evaluates the integer expressions of C headers: `(1 << 3)`, `0x8000U`, `(A | B)`, `_IOR('T', 0x30, unsigned int)`. */

/** What the names in an expression stand for. */
export interface Scope {
  /** The value of a constant, undefined when there is none of this name. */
  readonly constant: (name: string) => bigint | undefined;
  /** A macro that takes arguments. */
  readonly macro: (name: string) => Macro | undefined;
}

/** `#define name(parameters) body`. */
export interface Macro {
  readonly parameters: readonly string[];
  readonly body: string;
}

type Token = { readonly number: bigint } | { readonly name: string } | { readonly operator: string };

/**
 * The value of an expression.
 *
 * @throws SyntaxError when the text is no integer expression, or a name in it has no value
 */
export function evaluate(text: string, scope: Scope): bigint {
  return new Parser(tokenize(text), scope).value();
}

/** Binary operators, those that bind loosest first. */
const BINARY: readonly Readonly<Record<string, (a: bigint, b: bigint) => bigint>>[] = [
  { "||": (a, b) => truth(a !== 0n || b !== 0n) },
  { "&&": (a, b) => truth(a !== 0n && b !== 0n) },
  { "|": (a, b) => a | b },
  { "^": (a, b) => a ^ b },
  { "&": (a, b) => a & b },
  { "==": (a, b) => truth(a === b), "!=": (a, b) => truth(a !== b) },
  {
    "<": (a, b) => truth(a < b),
    ">": (a, b) => truth(a > b),
    "<=": (a, b) => truth(a <= b),
    ">=": (a, b) => truth(a >= b),
  },
  { "<<": (a, b) => a << b, ">>": (a, b) => a >> b },
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  { "*": (a, b) => a * b },
];

const UNARY: Readonly<Record<string, (a: bigint) => bigint>> = {
  "-": (a) => -a,
  "+": (a) => a,
  "~": (a) => ~a,
  "!": (a) => truth(a === 0n),
};

/** sizeof the types that the ioctls of the tables name. */
const SIZES: Readonly<Record<string, bigint>> = {
  int: 4n,
  "unsigned int": 4n,
  __u64: 8n,
  "struct mnt_ns_info": 16n,
  "struct pidfd_info": 64n, // as first published; the kernel takes later sizes, too
  "struct seccomp_notif": 80n,
  "struct seccomp_notif_resp": 24n,
  "struct seccomp_notif_addfd": 24n,
};

class Parser {
  readonly #tokens: readonly Token[];
  readonly #scope: Scope;
  #position = 0;

  constructor(tokens: readonly Token[], scope: Scope) {
    this.#tokens = tokens;
    this.#scope = scope;
  }

  value(): bigint {
    const value = this.#binary(0);
    if (this.#position !== this.#tokens.length) throw new SyntaxError("no integer expression");
    return value;
  }

  #binary(level: number): bigint {
    const operators = BINARY[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let apply = operators[this.#operator()]; apply !== undefined; apply = operators[this.#operator()]) {
      this.#position += 1;
      left = apply(left, this.#binary(level + 1));
    }
    return left;
  }

  #unary(): bigint {
    const apply = UNARY[this.#operator()];
    if (apply === undefined) return this.#primary();
    this.#position += 1;
    return apply(this.#unary());
  }

  #primary(): bigint {
    const token = this.#tokens[this.#position++];
    if (token === undefined) throw new SyntaxError("an operand is missing");
    if ("number" in token) return token.number;
    if ("name" in token) return this.#operator() === "(" ? this.#call(token.name) : this.#constant(token.name);
    if (token.operator !== "(") throw new SyntaxError(`${token.operator} is no operand`);
    if (this.#skipCast()) return this.#unary();
    const value = this.#binary(0);
    this.#expect(")");
    return value;
  }

  /** `__force __u32)` before an operand: nothing but names up to the parenthesis, and no operator after it. */
  #skipCast(): boolean {
    const rest = this.#tokens.slice(this.#position);
    const end = rest.findIndex((token) => !("name" in token));
    const [close, next] = rest.slice(Math.max(end, 0));
    const isClosed = close !== undefined && "operator" in close && close.operator === ")";
    const isOperand = next !== undefined && (!("operator" in next) || next.operator === "(");
    if (end < 1 || !isClosed || !isOperand) return false;
    this.#position += end + 1;
    return true;
  }

  #constant(name: string): bigint {
    const value = this.#scope.constant(name);
    if (value === undefined) throw new SyntaxError(`${name} has no value`);
    return value;
  }

  #call(name: string): bigint {
    const args = this.#arguments();
    if (name === "sizeof") return sizeof(args);
    const macro = this.#scope.macro(name);
    if (macro === undefined) throw new SyntaxError(`${name} is no macro`);
    const expanded = tokenize(macro.body).flatMap((token) => {
      const index = "name" in token ? macro.parameters.indexOf(token.name) : -1;
      return index === -1 ? [token] : (args[index] ?? []);
    });
    return new Parser(expanded, this.#scope).value();
  }

  /** What stands between the parentheses of a call, split at its commas. */
  #arguments(): Token[][] {
    this.#expect("(");
    const args: Token[][] = [[]];
    for (let depth = 1; ;) {
      const token = this.#tokens[this.#position++];
      if (token === undefined) throw new SyntaxError(") is missing");
      const operator = "operator" in token ? token.operator : "";
      if (operator === "(") depth += 1;
      if (operator === ")") depth -= 1;
      if (depth === 0) return args;
      if (operator === "," && depth === 1) args.push([]);
      else args.at(-1)?.push(token);
    }
  }

  #operator(): string {
    const token = this.#tokens[this.#position];
    return token !== undefined && "operator" in token ? token.operator : "";
  }

  #expect(operator: string): void {
    if (this.#operator() !== operator) throw new SyntaxError(`${operator} is missing`);
    this.#position += 1;
  }
}

function sizeof([type = []]: readonly Token[][]): bigint {
  const name = type.map((token) => ("name" in token ? token.name : "?")).join(" ");
  const size = SIZES[name];
  if (size === undefined) throw new SyntaxError(`the size of ${name} is not known`);
  return size;
}

const TOKEN = /\s*(?:(0[xX][\da-fA-F]+|\d+)[uUlL]*|'(.)'|([A-Za-z_]\w*)|(<<|>>|<=|>=|==|!=|&&|\|\||[-+*~!<>&^|(),]))/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (const end = text.trimEnd().length; TOKEN.lastIndex < end;) {
    const [, number, character, name, operator] = TOKEN.exec(text) ?? [];
    if (number !== undefined) tokens.push({ number: integer(number) });
    else if (character !== undefined) tokens.push({ number: BigInt(character.charCodeAt(0)) });
    else if (name !== undefined) tokens.push({ name });
    else if (operator !== undefined) tokens.push({ operator });
    else throw new SyntaxError(`no integer expression: ${text}`);
  }
  return tokens;
}

function integer(digits: string): bigint {
  return /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
}

function truth(condition: boolean): bigint {
  return condition ? 1n : 0n;
}
