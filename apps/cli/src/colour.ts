/** ECMA-48 SGR: what ls(1), git and gcc use for the same, so that it can be read on a light and on a dark ground. */
const COLOURS = { error: "1;31", warning: "1;33", hint: "1;36" } as const;

/** A word for stderr, in a colour where that is a terminal, and neither NO_COLOR (no-color.org) nor TERM=dumb is set. */
export function coloured(word: string, colour: keyof typeof COLOURS): string {
  const { NO_COLOR = "", TERM = "dumb" } = process.env;
  if (NO_COLOR !== "" || TERM === "dumb" || !isTerminal(2)) return word;
  return `\u001b[${COLOURS[colour]}m${word}\u001b[0m`;
}

/** Loaded only when there is something to say. */
function isTerminal(fd: number): boolean {
  return process.getBuiltinModule("node:tty").isatty(fd);
}
