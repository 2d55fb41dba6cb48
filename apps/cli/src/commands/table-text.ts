import type { Column, Row, Table } from "./table.ts";

/** The text of a table that is not JSON. */
export function layOut(table: Table): string {
  const utf8 = isUtf8();
  const art =
    utf8 && table.ascii !== true ? { last: "└─", other: "├─", line: "│ " } : { last: "`-", other: "|-", line: "| " };
  const lines = [...treeLines(table.rows, art)].map(({ row, branch }) =>
    table.columns.map((column) => {
      const text = String(row.cells[column.name] ?? "");
      const parts = column.multiline === true ? partsOf(text, table) : [text];
      return parts.map(
        (part) => (column.name === table.tree ? branch : "") + (table.format === "raw" ? part : printable(part, utf8)),
      );
    }),
  );
  if (table.format === "pairs") return lines.map((cells) => pairsOf(table.columns, cells)).join("");
  const headed = table.noheadings ? lines : [table.columns.map(({ name }) => [name]), ...lines];
  if (table.format === "raw")
    return headed.map((cells) => `${cells.map(([word = ""]) => rawWord(word)).join(" ")}\n`).join("");
  const widths = columnWidths(table, lines);
  return headed.flatMap((cells) => alignedLines(table.columns, cells, widths)).join("");
}

type Cells = readonly (readonly string[])[];

function partsOf(text: string, { format, nowrap }: Table): string[] {
  return nowrap || format === "raw" ? [text.replaceAll("\n", ",")] : text.split("\n");
}

interface Art {
  readonly last: string;
  readonly other: string;
  readonly line: string;
}

/** Parents before their children, each with its branch. */
function* treeLines(rows: readonly Row[], art: Art, indent?: string): Generator<{ row: Row; branch: string }> {
  for (const [index, row] of rows.entries()) {
    const last = index === rows.length - 1;
    yield { row, branch: indent === undefined ? "" : indent + (last ? art.last : art.other) };
    yield* treeLines(row.children, art, indent === undefined ? "" : indent + (last ? "  " : art.line));
  }
}

/** As libsmartcols measures: the headings count even where they are not printed. */
function columnWidths({ columns, width: most }: Table, lines: readonly Cells[]): number[] {
  const widths = columns.map(({ name, width = 0 }, index) => {
    const cells = Math.max(0, ...lines.flatMap((line) => (line[index] ?? []).map((part) => part.length)));
    if (cells < name.length) return name.length;
    return name.length < width ? Math.max(cells, width) : cells;
  });
  const excess = widths.reduce((sum, one) => sum + one + 1, -1) - (most ?? Number.POSITIVE_INFINITY);
  const cut = columns.findIndex(({ truncate }) => truncate);
  const shortest = columns[cut]?.name.length ?? 0;
  return widths.map((one, index) => (index === cut && excess > 0 ? Math.max(shortest, one - excess) : one));
}

/** A line of text for each line of the cell that has most; the last column is not filled up. */
function alignedLines(columns: readonly Column[], cells: Cells, widths: readonly number[]): string[] {
  const height = Math.max(...cells.map((parts) => parts.length));
  return Array.from({ length: height }, (_, line) => {
    const words = cells.map((parts, index) => {
      const width = widths[index] ?? 0;
      const part = parts[line];
      const isLast = index === cells.length - 1;
      if (part === undefined || (part === "" && isLast)) return isLast ? "" : " ".repeat(width);
      if (columns[index]?.right === true) return part.padStart(width);
      return isLast ? part.slice(0, width) : part.slice(0, width).padEnd(width);
    });
    return `${words.join(" ")}\n`;
  });
}

/** `NAME="value" …`, for a shell to evaluate. */
function pairsOf(columns: readonly Column[], cells: Cells): string {
  const quoted = (text: string): string => text.replaceAll(/["\\$`]/g, hexBytes);
  return `${columns.map(({ name }, index) => `${name}="${quoted((cells[index] ?? []).join("\n"))}"`).join(" ")}\n`;
}

/** A command line may hold anything; none of it is for the terminal to obey. */
function printable(text: string, utf8: boolean): string {
  const unprintable = utf8
    ? /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\\(?=x)/g
    : /[^\u0020-\u007e]|\\(?=x)/g;
  return text.replaceAll(unprintable, hexBytes);
}

/** For other programs: no blanks in a word, and nothing that is not ASCII. */
function rawWord(text: string): string {
  return text.replaceAll(/[^\u0021-\u007e]|\\/gu, hexBytes);
}

function hexBytes(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}

/** What nl_langinfo(3) says of the caller's locale. */
function isUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  const locale = [LC_ALL, LC_CTYPE, LANG].find((name) => name !== undefined && name !== "") ?? "C";
  return /utf-?8/i.test(locale);
}
