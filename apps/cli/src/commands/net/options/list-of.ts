import type { Columns } from "../../../engine/columns/column.ts";
import { listText } from "../../../engine/columns/list-text.ts";
import { writeAll } from "../../../write-all.ts";

export interface NetList<Name extends string, Row> {
  readonly columns: Columns<Name, Row>;
  /** Those of the table that is printed where no other is asked for. */
  readonly fields: readonly Name[];
  /** What `-q` shows of a row. */
  readonly name: (row: Row) => string;
}

/** Prints a list as `--format` and `-q` ask for it. */
export function printList<Name extends string, Row>(
  { columns, fields, name }: NetList<Name, Row>,
  rows: readonly Row[],
  { format, quiet = false }: { readonly format?: string; readonly quiet?: boolean },
): number {
  writeAll(
    quiet && format === undefined
      ? rows.map((row) => `${name(row)}\n`).join("")
      : listText({ type: "*net.Context", columns, fields }, { rows, context: undefined, format }),
  );
  return 0;
}
