import { listFormatter } from "../format/list-formatter.ts";
import { type Columns, table } from "./column.ts";
import { fieldValues } from "./field-values.ts";

/** What a command of docker lists. */
export interface List<Name extends string, Row, Context> {
  /** What messages call a line: `*formatter.ContainerContext`. */
  readonly type: string;
  readonly columns: Columns<Name, Row, Context>;
  /** The columns of the table that is printed where no other is asked for. */
  readonly fields: readonly Name[];
  /** Fields that a line has for templates alone: those that take arguments. */
  readonly methods?: (row: Row) => Readonly<Record<string, (...words: string[]) => unknown>>;
}

/**
 * A list as `--format` asks for it: docker's table, `table TEMPLATE`, `json`, or a template for each line.
 *
 * @param format undefined: docker's table
 * @throws UserError for what is no template
 */
export function listText<Name extends string, Row, Context>(
  { type, columns, fields, methods }: List<Name, Row, Context>,
  {
    rows,
    context,
    format = "",
  }: { readonly rows: readonly Row[]; readonly context: Context; readonly format?: string | undefined },
): string {
  if (format === "" || format === "table") return table(columns, fields, rows, context);
  const names = Object.keys(columns) as Name[];
  const headers = Object.fromEntries(names.map((name) => [name, columns[name].header]));
  const print = listFormatter(format, { type, headers, table: "" });
  return print(rows.map((row) => ({ ...fieldValues(columns, row, context), ...methods?.(row) })));
}
