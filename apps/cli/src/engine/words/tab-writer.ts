import { displayWidth } from "./display-width.ts";

/** Go's parameters of text/tabwriter that docker varies: 10 for its tables, 20 for docker top. */
export interface TabWriterOptions {
  /** The least width of a column, with its padding. */
  readonly minWidth?: number;
  /** The spaces behind the widest cell. */
  readonly padding?: number;
}

/**
 * Aligns text whose cells end with tabs, as Go's text/tabwriter does with spaces: cells of the same column in lines that
 * follow each other have the same width. What stands behind a line's last tab belongs to no column and is not padded.
 *
 * Widths are columns of a terminal, as in docker's own copy (docker/cli, cli/command/formatter/tabwriter).
 */
export function tabWriter(text: string, options: TabWriterOptions = {}): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  // At the very end an empty cell is none, so that the one before it is the last.
  const last = lines.at(-1);
  if (last !== undefined && last.length > 1 && last.at(-1) === "") last.pop();
  return alignCells(lines, options).join("\n");
}

/** The same for cells that have neither tabs nor ends of lines. @returns the lines */
export function alignCells(
  lines: readonly (readonly string[])[],
  { minWidth = 10, padding = 3 }: TabWriterOptions = {},
): string[] {
  const texts = lines.map(() => "");
  const columns = lines.reduce((most, cells) => Math.max(most, cells.length), 0) - 1;
  for (let column = 0; column < columns; column++) {
    for (let first = 0, end = 0; first < lines.length; first = Math.max(first + 1, end)) {
      const widths: number[] = [];
      for (end = first; hasColumn(lines[end], column); end++) widths.push(displayWidth(lines[end]?.[column] ?? ""));
      const width = widths.reduce((most, each) => Math.max(most, each + padding), minWidth);
      for (let line = first; line < end; line++)
        texts[line] += (lines[line]?.[column] ?? "") + " ".repeat(width - (widths[line - first] ?? 0));
    }
  }
  return texts.map((text, line) => text + (lines[line]?.at(-1) ?? ""));
}

/** What stands behind a line's last tab belongs to no column. */
function hasColumn(cells: readonly string[] | undefined, column: number): boolean {
  return cells !== undefined && column < cells.length - 1;
}
