import { type Flag, type Flags, type FlagValues, usage } from "./flags.ts";

export interface Options<T extends Flags> {
  readonly flags: FlagValues<T>;
  /** The first word that is no option, and all after it. */
  readonly words: readonly string[];
  /** The names of the flags in the order in which they were given: the last of several that exclude each other counts. */
  readonly order: readonly (keyof T & string)[];
}

export interface ParseOptions {
  /** Options may stand behind words, too, where these are no command with options of its own: getopt's permutation. */
  readonly permute?: boolean;
}

/**
 * Parses a command line as getopt_long(3) does for util-linux and coreutils: options end at the first word that is none, or
 * at `--`; short ones are combined (`-fmuipn`); a value is the rest of the word or the next word, one that is optional only
 * the rest of the word (`--mount=FILE`); long ones may be shortened as far as they stay unique.
 *
 * @throws UserError in getopt's words
 */
export function parseOptions<T extends Flags>(
  command: string,
  flags: T,
  args: readonly string[],
  { permute = false }: ParseOptions = {},
): Options<T> {
  const words = [...args];
  const passed: string[] = [];
  const order: string[] = [];
  const values: Record<string, boolean | string | readonly string[]> = {};
  const set = ({ name, flag, missing, inline }: Found): void => {
    const before = values[name];
    order.push(name);
    if (flag.type === "boolean") values[name] = true;
    else if (flag.type === "optional") values[name] = inline ?? true;
    else {
      const value = inline ?? words.shift();
      if (value === undefined) throw usage(command, missing);
      values[name] = flag.type === "list" ? [...(Array.isArray(before) ? (before as string[]) : []), value] : value;
    }
  };
  const isTaken = (word: string): boolean => permute || isOption(word);
  for (let [word] = words; word !== undefined && isTaken(word); [word] = words) {
    words.shift();
    if (word === "--") break;
    if (!isOption(word)) passed.push(word);
    else if (word.startsWith("--")) set(longOption(command, flags, word));
    else for (const found of shortOptions(command, flags, word.slice(1))) set(found);
  }
  return { flags: values as FlagValues<T>, words: [...passed, ...words], order };
}

/** A hyphen alone is a word. */
function isOption(word: string): boolean {
  return word.length > 1 && word.startsWith("-");
}

interface Found {
  readonly name: string;
  readonly flag: Flag;
  /** What getopt says when its value is missing. */
  readonly missing: string;
  readonly inline: string | undefined;
}

function longOption(command: string, flags: Flags, word: string): Found {
  const equals = word.indexOf("=");
  const given = equals === -1 ? word.slice(2) : word.slice(2, equals);
  const inline = equals === -1 ? undefined : word.slice(equals + 1);
  const candidates = Object.keys(flags).filter((name) => name.startsWith(given));
  const name = candidates.includes(given) ? given : candidates[0];
  const flag = name === undefined ? undefined : flags[name];
  if (name === undefined || flag === undefined) throw usage(command, `unrecognized option '--${given}'`);
  if (name !== given && candidates.length > 1)
    throw usage(
      command,
      `option '--${given}' is ambiguous; possibilities: ${candidates.map((one) => `'--${one}'`).join(" ")}`,
    );
  if (inline !== undefined && flag.type === "boolean")
    throw usage(command, `option '--${name}' doesn't allow an argument`);
  return { name, flag, missing: `option '--${name}' requires an argument`, inline };
}

/** `muFILE`: options of one letter, up to the first that may have a value, which is the rest. */
function* shortOptions(command: string, flags: Flags, letters: string): Generator<Found> {
  for (let rest = letters; rest !== ""; rest = rest.slice(1)) {
    const name = Object.keys(flags).find((candidate) => flags[candidate]?.short === rest[0]);
    const flag = name === undefined ? undefined : flags[name];
    if (name === undefined || flag === undefined) throw usage(command, `invalid option -- '${rest[0]}'`);
    const bare = flag.type === "boolean" || (flag.type === "optional" && flag.shortValue !== true);
    const inline = bare || rest.length === 1 ? undefined : rest.slice(1);
    yield { name, flag, missing: `option requires an argument -- '${rest[0]}'`, inline };
    if (inline !== undefined) return;
  }
}
