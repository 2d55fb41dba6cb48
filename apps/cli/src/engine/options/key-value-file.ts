import { isUtf8 } from "node:buffer";
import { UserError } from "../../user-error.ts";

export interface KeyValueFile {
  /** For errors. */
  readonly path: string;
  /** `--env-file`, for example. */
  readonly flag: string;
  /** The value of a name that stands alone; without it, or where there is none, the name is left out. */
  readonly lookup?: (name: string) => string | undefined;
}

/**
 * The `NAME=value` of a file for `--env-file` or `--label-file` (docker/cli, pkg/kvfile): one a line, after blanks; lines
 * that begin with `#` are comments. Nothing is unquoted, and blanks behind belong to the value.
 *
 * @throws UserError in docker's words, with the line's number in its hint
 */
export function parseKeyValues(bytes: Buffer, { path, flag, lookup }: KeyValueFile): string[] {
  const pairs: string[] = [];
  for (const [index, lineBytes] of linesOf(bytes).entries()) {
    const number = index + 1;
    const invalid = (reason: string): UserError =>
      new UserError(`invalid env file (${path}): ${reason}`, {
        hint: `line ${number} of ${flag} ${path}: NAME=value or NAME is meant, in UTF-8`,
      });
    if (!isUtf8(lineBytes)) throw invalid(`invalid utf8 bytes at line ${number}: [${lineBytes.join(" ")}]`);
    const line = lineBytes
      .toString()
      .replace(index === 0 ? BOM : "", "")
      .replace(BLANKS, "");
    if (line === "" || line.startsWith("#")) continue;
    const name = line.split("=", 1)[0] ?? "";
    if (name === "") throw invalid(`no variable name on line '${line}'`);
    if (/[ \t]/.test(name)) throw invalid(`variable '${name}' contains whitespaces`);
    // No environment can hold it: execve(2).
    if (line.includes("\0")) throw invalid(`variable '${name.replaceAll("\0", "")}' contains a NUL`);
    const value = lookup?.(name);
    if (name !== line) pairs.push(line);
    else if (value !== undefined) pairs.push(`${name}=${value}`);
  }
  return pairs;
}

const BOM = /^\ufeff/;
/** What Go's unicode.IsSpace tells. */
const BLANKS = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** By line feeds, of which each may have a carriage return before it. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    lines.push(bytes.subarray(start, bytes[end - 1] === 0x0d && end > start ? end - 1 : end));
    start = end + 1;
  }
  return lines;
}
