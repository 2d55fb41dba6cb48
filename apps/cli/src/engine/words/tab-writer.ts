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
export function tabWriter(text: string, { minWidth = 10, padding = 3 }: TabWriterOptions = {}): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  // At the very end an empty cell is none, so that the one before it is the last.
  const last = lines.at(-1);
  if (last !== undefined && last.length > 1 && last.at(-1) === "") last.pop();
  const widths = lines.map((): number[] => []);
  const columns = lines.reduce((most, cells) => Math.max(most, cells.length), 0) - 1;
  for (let column = 0; column < columns; column++) {
    for (const block of blocksOf(lines, column)) {
      const widest = block.reduce((most, line) => Math.max(most, displayWidth(lines[line]?.[column] ?? "")), 0);
      const width = Math.max(minWidth, widest + padding);
      for (const line of block) widths[line]?.push(width);
    }
  }
  return lines
    .map((cells, line) => cells.map((cell, column) => padded(cell, widths[line]?.[column])).join(""))
    .join("\n");
}

/** The numbers of lines in a row that have the column. */
function blocksOf(lines: readonly (readonly string[])[], column: number): number[][] {
  const blocks: number[][] = [];
  let block: number[] | undefined;
  for (const [line, cells] of lines.entries()) {
    if (column >= cells.length - 1) block = undefined;
    else if (block === undefined) blocks.push((block = [line]));
    else block.push(line);
  }
  return blocks;
}

function padded(cell: string, width: number | undefined): string {
  return width === undefined ? cell : cell + " ".repeat(width - displayWidth(cell));
}
