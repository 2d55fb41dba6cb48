import { isUtf8 } from "node:buffer";
import { ConfigError } from "./config-error.ts";
import { quote } from "./quote.ts";

/**
 * The value of a JSON document. Integers that a number would round are bigints.
 *
 * @param source its name, for errors
 * @throws ConfigError for what is not JSON in UTF-8
 */
export function parseJson(bytes: Buffer, source: string): unknown {
  const refuse = (message: string, options: { remedy?: string; cause?: unknown } = {}): ConfigError => {
    const { remedy, cause } = options;
    return new ConfigError(source, [{ path: "", message, ...(remedy === undefined ? {} : { remedy }) }], { cause });
  };
  if (!isUtf8(bytes)) throw refuse("is not UTF-8: JSON was expected");
  const text = bytes.toString();
  if (text.startsWith("\uFEFF"))
    throw refuse("begins with a byte order mark, which JSON has none of", { remedy: "save it as UTF-8 without BOM" });
  if (text.trim() === "") throw refuse("is empty: a JSON object was expected");
  try {
    // A reviver makes it several times slower, and hardly any configuration has such a number.
    return LONG_NUMBER.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
  } catch (error) {
    // JSON.parse with a reviver is recursive.
    if (error instanceof RangeError)
      throw refuse("is nested too deeply: a configuration was expected", { cause: error });
    if (error instanceof SyntaxError) throw refuse(`is not JSON: ${describe(error, text)}`, { cause: error });
    throw error;
  }
}

const LONG_NUMBER = /[\s:,[-]\d{16}/;

/** The source text of a value is given since Node 21: https://github.com/tc39/proposal-json-parse-with-source. */
function exactly(_key: string, value: unknown, ...[context]: readonly { readonly source?: string }[]): unknown {
  const source = context?.source;
  if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** V8 tells the place by a part of the text around it, with line ends in it. */
function describe({ message }: SyntaxError, text: string): string {
  if (/^(Unexpected end|Unterminated)/.test(message)) return "it ends too early";
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  const [, near] = /"(.*)"/s.exec(message) ?? [];
  if (position === undefined) return near === undefined ? message : `a character was not expected, near ${quote(near)}`;
  const lines = text.slice(0, Number(position)).split("\n");
  return `a character was not expected in line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
