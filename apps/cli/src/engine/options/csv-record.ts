import { UserError } from "../../user-error.ts";

/**
 * The fields of a line of comma-separated values (RFC 4180): a field in quotation marks may have commas, and each of its
 * quotation marks is doubled.
 *
 * @throws UserError in the words of Go's encoding/csv
 */
export function csvRecord(text: string): string[] {
  if (text === "") throw new UserError("EOF");
  const fields: string[] = [];
  let column = 0;
  do {
    const rest = text.slice(column);
    const [field, length] = rest.startsWith('"') ? quotedField(rest, column) : plainField(rest, column);
    fields.push(field);
    column += length;
  } while (text[column++] === ",");
  return fields;
}

type Field = readonly [text: string, length: number];

function plainField(rest: string, column: number): Field {
  const [field = ""] = rest.split(",", 1);
  const quote = field.indexOf('"');
  if (quote !== -1) throw invalid(column + quote, 'bare " in non-quoted-field');
  return [field, field.length];
}

function quotedField(rest: string, column: number): Field {
  const [all = "", inner = ""] = /^"((?:[^"]|"")*)"(?=,|$)/.exec(rest) ?? [];
  if (all !== "") return [inner.replaceAll('""', '"'), all.length];
  const [closed] = /^"(?:[^"]|"")*"(?!")/.exec(rest) ?? [];
  throw invalid(
    column + (closed === undefined ? rest.length : closed.length - 1),
    'extraneous or missing " in quoted-field',
  );
}

/** Go counts bytes; what stands before is ASCII in all that these options have. */
function invalid(column: number, reason: string): UserError {
  return new UserError(`parse error on line 1, column ${column + 1}: ${reason}`, {
    hint: 'put a field with a comma into quotation marks: "volume-opt=o=size=1m,uid=1000"',
  });
}
