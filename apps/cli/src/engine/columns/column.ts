import { alignCells, tabWriter } from "../words/tab-writer.ts";

/** A field that `--format` knows by its name, and what stands above it in a table. */
export interface Column<Row, Context = undefined> {
  readonly header: string;
  readonly value: (row: Row, context: Context) => string;
}

/** The fields of one kind of thing, by docker's names of them: `{{.RunningFor}}`. */
export type Columns<Name extends string, Row, Context = undefined> = Readonly<Record<Name, Column<Row, Context>>>;

/** A table as docker prints it where no `--format` is given: the headers, and a line for each row. */
export function table<Name extends string, Row, Context>(
  columns: Columns<Name, Row, Context>,
  fields: readonly Name[],
  rows: readonly Row[],
  context: Context,
): string {
  const lines = [
    fields.map((field) => columns[field].header),
    ...rows.map((row) => fields.map((field) => columns[field].value(row, context))),
  ];
  const isPlain = lines.every((cells) => cells.every((cell) => !/[\t\n]/.test(cell)));
  // A name of an image may have anything in it, and two hundred rows take a while to be joined and split.
  if (isPlain)
    return alignCells(lines)
      .map((line) => `${line}\n`)
      .join("");
  return tabWriter(lines.map((cells) => `${cells.join("\t")}\n`).join(""));
}
