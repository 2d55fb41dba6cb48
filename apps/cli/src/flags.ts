import type { ValueKind } from "./command/command-spec.ts";
import { didYouMean } from "./did-you-mean.ts";
import { UserError } from "./user-error.ts";

/** A flag of a command, as docker's help shows it. */
export interface Flag {
  /** `optional`, of the commands that parse as getopt_long(3) does: its value is attached; true without one. */
  readonly type: "boolean" | "string" | "list" | "optional";
  readonly short?: string;
  /** Whether the short option may have the optional value, too: `-nFILE` of nsenter(1), where unshare(1) has `-nu`. */
  readonly shortValue?: boolean;
  /** What the value is called in the help: `bytes`. */
  readonly value?: string;
  readonly help: string;
  /** Another name for the same flag. */
  readonly alias?: string;
  /** What the value can be, for completion. Default: a file where `value` says so, otherwise nothing. */
  readonly values?: ValueKind;
}

export type Flags = Readonly<Record<string, Flag>>;

/** The values of flags: a list flag has all that were given. */
export type FlagValues<T extends Flags> = {
  readonly [Name in keyof T]?: T[Name]["type"] extends "boolean"
    ? boolean
    : T[Name]["type"] extends "list"
      ? readonly string[]
      : T[Name]["type"] extends "optional"
        ? string | true
        : string;
};

export interface Parsed<T extends Flags> {
  readonly flags: FlagValues<T>;
  /** The first word that is no flag, and all after it. */
  readonly words: readonly string[];
}

/**
 * Parses a command line as docker does: flags end at the first word that is none, or at `--`; `--flag value` and
 * `--flag=value` are the same, and so are `-m 64m`, `-m64m` and `-m=64m`.
 *
 * @param hints remedies for flags that there are not
 * @throws UserError naming the flag
 */
export function parseFlags<T extends Flags>(
  command: string,
  flags: T,
  args: readonly string[],
  hints: ReadonlyMap<string, string> = new Map(),
): Parsed<T> {
  const values: Record<string, boolean | string | string[]> = {};
  const words = [...args];
  const set = (rawName: string, name: string | undefined, inline: string | undefined): void => {
    const flag = name === undefined ? undefined : flags[name];
    if (name === undefined || flag === undefined)
      throw usage(command, unknownFlag(rawName), hints.get(rawName) ?? nearFlag(rawName, flags));
    const value = inline ?? (flag.type === "boolean" ? "true" : words.shift());
    values[name] = valueOf(command, flag, { rawName, value }, values[name]);
  };
  for (let [word] = words; word !== undefined && word.length > 1 && word.startsWith("-"); [word] = words) {
    words.shift();
    if (word === "--") break;
    if (!word.startsWith("--")) {
      setShort(flags, word.slice(1), set);
      continue;
    }
    const [rawName, inline] = splitAt(word, word.indexOf("="));
    set(rawName, longNamed(flags, rawName.slice(2)), inline);
  }
  return { flags: values as FlagValues<T>, words };
}

/** `im64m` of `-im64m`: flags of one letter, up to the first that takes a value, or that has one after `=`. */
function setShort(
  flags: Flags,
  letters: string,
  set: (rawName: string, name: string | undefined, inline: string | undefined) => void,
): void {
  for (let rest = letters; rest !== ""; rest = rest.slice(1)) {
    const name = Object.keys(flags).find((candidate) => flags[candidate]?.short === rest[0]);
    const type = name === undefined ? "boolean" : flags[name]?.type;
    const isLast = type !== "boolean" || rest[1] === "=";
    const inline = isLast && rest.length > 1 ? rest.slice(1).replace(/^=/, "") : undefined;
    set(`-${rest[0]}`, name, inline);
    if (isLast) return;
  }
}

function longNamed(flags: Flags, name: string): string | undefined {
  if (Object.hasOwn(flags, name)) return name;
  return Object.keys(flags).find((candidate) => flags[candidate]?.alias === name);
}

/** The text before a character and after it; only the former if it is not there. */
function splitAt(text: string, index: number): [string, string?] {
  return index === -1 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
}

function valueOf(
  command: string,
  { type }: Flag,
  { rawName, value }: OptionToken,
  before: boolean | string | string[] | undefined,
): boolean | string | string[] {
  if (type === "boolean") {
    const truth = BOOLEANS.get(value?.toLowerCase() ?? "true");
    if (truth === undefined)
      throw usage(command, `invalid argument ${JSON.stringify(value)} for ${rawName}: true or false is meant`);
    return truth;
  }
  if (value === undefined) throw usage(command, `flag needs an argument: ${rawName}`);
  return type === "list" ? [...((before as string[] | undefined) ?? []), value] : value;
}

/** What strconv.ParseBool takes. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["t", true],
  ["1", true],
  ["false", false],
  ["f", false],
  ["0", false],
]);

function unknownFlag(rawName: string): string {
  return rawName.startsWith("--") ? `unknown flag: ${rawName}` : `unknown shorthand flag: ${rawName}`;
}

function nearFlag(rawName: string, flags: Flags): string | undefined {
  const names = Object.keys(flags).map((name) => `--${name}`);
  return rawName.startsWith("--") ? didYouMean(rawName, names) : undefined;
}

/** The error for a command line that is not understood. */
export function usage(command: string, message: string, hint = `see 'wb ${command} --help'`): UserError {
  return new UserError(message, { hint, misuse: true });
}

/** The lines of a help text that describe flags. */
export function describeFlags(flags: Flags): string {
  const rows = Object.entries(flags).map(([name, { short, type, value, help }]) => {
    const left = `${short === undefined ? "    " : `-${short}, `}--${name}${VALUE_TEXTS[type](value ?? type)}`;
    return [left, help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, help]) => `  ${left.padEnd(width)}   ${help}`).join("\n");
}

const VALUE_TEXTS: Readonly<Record<Flag["type"], (value: string) => string>> = {
  boolean: () => "",
  string: (value) => ` ${value}`,
  list: (value) => ` ${value}`,
  optional: (value) => `[=${value}]`,
};
