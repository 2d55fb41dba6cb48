/** What a terminal is told before and after it shows frames: its other screen, no cursor, and lines that are cut at its edge. */
export const SCREEN = {
  enter: "\u001b[?1049h\u001b[?25l\u001b[?7l",
  leave: "\u001b[?7h\u001b[?25h\u001b[?1049l",
} as const;

/**
 * What a terminal is told to show a text in the place of the one before: each line over the old one, so that nothing flickers, and
 * what was below is cleared. Lines that have no room are counted in the last one.
 *
 * @param rows of the terminal
 */
export function frame(text: string, rows: number): string {
  const lines = text.replace(/\n$/, "").split("\n");
  const cut = lines.length > rows ? [...lines.slice(0, rows - 1), `... ${lines.length - rows + 1} more`] : lines;
  return `\u001b[H${cut.map((line) => `${line}\u001b[K`).join("\r\n")}\u001b[J`;
}
