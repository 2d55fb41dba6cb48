import { UserError } from "../user-error.ts";
import { writeAll } from "../write-all.ts";
import { describeOciFlags, flagsFirst, type OciFlags, type OciFlagValues, parseOciFlags } from "./flags.ts";
import { NAMES } from "./names.ts";

export interface Usage<T extends OciFlags> {
  readonly name: string;
  /** What comes after the flags: `<container-id> [signal]`. */
  readonly words: string;
  /** How many words there must be. */
  readonly least: number;
  readonly most: number;
  readonly flags: T;
  readonly help: string;
  /** What follows the first word is another program's: flags of this one end there. Default: they may stand behind words. */
  readonly wordsAreCommand?: boolean;
}

/**
 * Parses the words of a command, or prints its help.
 *
 * @returns undefined when help was asked for
 * @throws UserError for what it does not take
 */
export function parseUsage<T extends OciFlags>(
  usage: Usage<T>,
  args: readonly string[],
): { readonly flags: OciFlagValues<T>; readonly words: readonly string[] } | undefined {
  const all = { ...usage.flags, ...HELP_FLAG };
  const inOrder = usage.wordsAreCommand === true ? args : flagsFirst(all, args);
  const { flags, words } = parseOciFlags<T & typeof HELP_FLAG>(all, inOrder);
  if ((flags as OciFlagValues<typeof HELP_FLAG>).help === true) {
    writeAll(helpText(usage));
    return undefined;
  }
  const { name, least, most } = usage;
  const asked =
    least === most ? `exactly ${least}` : words.length < least ? `a minimum of ${least}` : `a maximum of ${most}`;
  if (words.length < least || words.length > most)
    throw new UserError(`${NAMES.commands}: "${name}" requires ${asked} argument(s)`, {
      hint: `${NAMES.commands} ${name} ${usage.words}`,
    });
  return { flags, words };
}

const HELP_FLAG = { help: { type: "boolean", short: "h", help: "Show this" } } as const;

function helpText({ name, words, flags, help }: Usage<OciFlags>): string {
  return `NAME:
   ${NAMES.commands} ${name} - ${help}

USAGE:
   ${NAMES.commands} ${name} [command options] ${words}

OPTIONS:
${describeOciFlags({ ...flags, ...HELP_FLAG })}
`;
}
