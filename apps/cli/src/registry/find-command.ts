import type { CommandRow } from "./command-row.ts";
import { COMMANDS } from "./commands.ts";
import { GROUPS } from "./groups.ts";

export interface FoundCommand {
  readonly row: CommandRow;
  /** The words behind its name. */
  readonly args: readonly string[];
}

/** The command that a command line begins with, by any of its names: `ps`, `container ls`. */
export function findCommand(words: readonly string[]): FoundCommand | undefined {
  const [first = "", second = ""] = words;
  const isGroup = Object.hasOwn(GROUPS, first);
  const name = isGroup ? `${first} ${second}` : first;
  const row = COMMANDS.find(({ names }) => names.includes(name));
  return row && { row, args: words.slice(isGroup ? 2 : 1) };
}
