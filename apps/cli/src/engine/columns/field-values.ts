import type { Columns } from "./column.ts";

/** All fields of a row, sorted by their names: what docker's `{{json .}}` and `--format json` print. */
export function fieldValues<Name extends string, Row, Context>(
  columns: Columns<Name, Row, Context>,
  row: Row,
  context: Context,
): Record<Name, string> {
  const names = (Object.keys(columns) as Name[]).toSorted();
  return Object.fromEntries(names.map((name) => [name, columns[name].value(row, context)])) as Record<Name, string>;
}
