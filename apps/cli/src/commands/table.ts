import { writeAll } from "../write-all.ts";
import { layOut } from "./table-text.ts";

/** A column of a table as libsmartcols, of util-linux, prints it. */
export interface Column {
  readonly name: string;
  /** What libsmartcols widens it to when its cells are as wide as its name. */
  readonly width?: number;
  /** Aligned to the right, as numbers are. */
  readonly right?: boolean;
  /** A number in JSON. */
  readonly number?: boolean;
  /** Cut where the terminal ends. */
  readonly truncate?: boolean;
  /** Its cells may have several lines. */
  readonly multiline?: boolean;
}

export type Cell = string | number | undefined;

/** A line of a table, and those that stand below it in a tree. */
export interface Row {
  readonly cells: Readonly<Record<string, Cell>>;
  readonly children: Row[];
}

export interface Table {
  /** The list's name in JSON. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** Those that stand below no other. */
  readonly rows: readonly Row[];
  readonly format: "table" | "raw" | "pairs" | "json";
  readonly noheadings: boolean;
  /** Where longer lines are cut, in characters; undefined: nowhere. */
  readonly width: number | undefined;
  /** Several lines of a cell are put into one. */
  readonly nowrap: boolean;
  /** Branches of ASCII characters, whatever the locale is. */
  readonly ascii?: boolean;
  /** The column that shows the tree. */
  readonly tree: string;
}

/** Prints a table, with its tree, as util-linux does: aligned, as words between single spaces, or as JSON. */
export function printTable(table: Table): void {
  const text = table.format === "json" ? jsonOf(table) : layOut(table);
  writeAll(text);
}

/** libsmartcols puts the end of one object and the start of the next on one line. */
function jsonOf(table: Table): string {
  return `${JSON.stringify({ [table.name]: jsonRows(table, table.rows) }, null, 3).replaceAll(/\},\n +\{/g, "},{")}\n`;
}

function jsonRows(table: Table, rows: readonly Row[]): unknown[] {
  return rows.map(({ cells, children }) => ({
    ...Object.fromEntries(table.columns.map((column) => [column.name.toLowerCase(), jsonCell(column, cells)])),
    ...(children.length === 0 ? {} : { children: jsonRows(table, children) }),
  }));
}

function jsonCell({ name, number = false }: Column, cells: Row["cells"]): string | number | null {
  const cell = cells[name];
  return cell === undefined ? null : number ? Number(cell) : String(cell);
}
