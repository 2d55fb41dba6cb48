import { type Flags, type FlagValues, type Parsed, parseFlags } from "./flags.ts";

/**
 * Parses flags that may also come after words, as docker takes them of every command but those that start a program. What comes after
 * `--` is no flag.
 *
 * @throws UserError as parseFlags
 */
export function parseAnywhere<T extends Flags>(
  command: string,
  flags: T,
  args: readonly string[],
  hints?: ReadonlyMap<string, string>,
): Parsed<T> {
  const parsed = parseFlags(command, flags, args, hints);
  const [word, ...rest] = parsed.words;
  const isOver = args[args.length - parsed.words.length - 1] === "--";
  if (word === undefined || isOver) return parsed;
  const behind = parseAnywhere(command, flags, rest, hints);
  return { flags: merged(parsed.flags, behind.flags), words: [word, ...behind.words] };
}

/** Of two the later one counts; lists have both. */
function merged<T extends Flags>(one: FlagValues<T>, other: FlagValues<T>): FlagValues<T> {
  const lists = Object.entries(one).flatMap(([name, value]): [string, unknown][] => {
    const second: unknown = other[name];
    return Array.isArray(value) && Array.isArray(second) ? [[name, [...value, ...second]]] : [];
  });
  return { ...one, ...other, ...Object.fromEntries(lists) };
}
