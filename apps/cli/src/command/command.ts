import { type Flags, type Parsed, parseFlags } from "../flags.ts";
import { parseAnywhere } from "../parse-anywhere.ts";
import { writeAll } from "../write-all.ts";
import { checkCount } from "./check-count.ts";
import type { CommandSpec } from "./command-spec.ts";
import { commandHelp } from "./help-text.ts";

/** A command: takes the words behind its name, and returns the exit status, or a promise of it. */
export type Command = (args: readonly string[]) => Promise<number>;

/**
 * The command of a spec: `--help` prints its help; what the spec does not allow is refused, with docker's words and statuses; the rest is
 * the action's.
 */
export function command<T extends Flags>(
  spec: CommandSpec<T>,
  action: (line: Parsed<T>) => Promise<number> | number,
): Command {
  return async (args) => {
    const flags = { ...spec.flags, help: HELP_FLAG };
    const parsed =
      spec.flagsFirst === true
        ? parseFlags(spec.name, flags, args, spec.hints)
        : parseAnywhere(spec.name, flags, args, spec.hints);
    if (parsed.flags.help === true) {
      writeAll(commandHelp(spec));
      return 0;
    }
    checkCount(spec, parsed);
    return action(parsed);
  };
}

/** Every command has it. */
export const HELP_FLAG = { type: "boolean", help: "Show this" } as const;
