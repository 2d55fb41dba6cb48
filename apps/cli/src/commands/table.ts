import { writeSync } from "node:fs";

/** A column of a table as util-linux prints it. */
export interface Column {
  readonly name: string;
  /** Aligned to the right, as numbers are. */
  readonly right?: boolean;
  /** A number in JSON. */
  readonly number?: boolean;
}

export interface Row {
  readonly id: number;
  /** The row that this one stands below in a tree. */
  readonly parent?: number | undefined;
  readonly cells: Readonly<Record<string, string | number | undefined>>;
}

export interface Table {
  /** The list's name in JSON. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly json: boolean;
  readonly noheadings: boolean;
  /** Words between single spaces, for other programs. */
  readonly raw: boolean;
  /** The column that shows the tree. */
  readonly tree: string | undefined;
}

/** Prints rows as a table, as a tree, or as JSON with util-linux's names. */
export function printTable(table: Table): void {
  const text = table.json ? jsonOf(table) : textOf(table);
  for (let rest = Buffer.from(text); rest.length > 0;) rest = rest.subarray(writeSync(1, rest));
}

/** libsmartcols puts the end of one object and the start of the next on one line. */
function jsonOf(table: Table): string {
  return `${JSON.stringify({ [table.name]: jsonRows(table) }, null, 3).replaceAll(/\},\n +\{/g, "},{")}\n`;
}

function jsonRows({ columns, rows }: Table): unknown[] {
  return rows.map(({ cells }) =>
    Object.fromEntries(
      columns.map(({ name, number = false }) => {
        const cell = cells[name];
        return [name.toLowerCase(), cell === undefined ? null : number ? Number(cell) : printable(String(cell))];
      }),
    ),
  );
}

function textOf({ columns, rows, noheadings, raw, tree }: Table): string {
  const ordered = tree === undefined ? rows.map((row) => ({ row, art: "" })) : treeOrder(rows);
  const lines = ordered.map(({ row, art }) =>
    columns.map(({ name }) => (name === tree ? art : "") + printable(String(row.cells[name] ?? ""))),
  );
  const headed = noheadings ? lines : [columns.map(({ name }) => name), ...lines];
  if (raw) return headed.map((line) => `${line.map((cell) => cell.replaceAll(" ", "\\x20")).join(" ")}\n`).join("");
  const widths = columns.map((_, index) => Math.max(...headed.map((line) => (line[index] ?? "").length)));
  return headed
    .map((line) => {
      const cells = line.map((cell, index) => {
        const width = widths[index] ?? 0;
        if (columns[index]?.right === true) return cell.padStart(width);
        return index === line.length - 1 ? cell : cell.padEnd(width);
      });
      return `${cells.join(" ")}\n`;
    })
    .join("");
}

/** Parents before their children, each child with its branch. */
function treeOrder(rows: readonly Row[]): { row: Row; art: string }[] {
  const known = new Set(rows.map(({ id }) => id));
  const childrenOf = (id: number | undefined): Row[] =>
    rows.filter(({ parent }) => (parent !== undefined && known.has(parent) ? parent : undefined) === id);
  const walk = (row: Row, indent: string): { row: Row; art: string }[] => {
    const children = childrenOf(row.id);
    return children.flatMap((child, index) => {
      const last = index === children.length - 1;
      return [{ row: child, art: `${indent}${last ? "└─" : "├─"}` }, ...walk(child, `${indent}${last ? "  " : "│ "}`)];
    });
  };
  return childrenOf(undefined).flatMap((row) => [{ row, art: "" }, ...walk(row, "")]);
}

/** A command line may hold anything; none of it is for the terminal to obey. */
function printable(text: string): string {
  return text.replaceAll(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
