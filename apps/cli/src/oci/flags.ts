import { UserError } from "../user-error.ts";

/** A flag of runc's command line. */
export interface OciFlag {
  readonly type: "boolean" | "string" | "number" | "list";
  readonly help: string;
  /** What the value is called in the help: `path`. */
  readonly value?: string;
  readonly short?: string;
}

export type OciFlags = Readonly<Record<string, OciFlag>>;

/** The values that were given: a list has all of them. */
export type OciFlagValues<T extends OciFlags> = {
  readonly [Name in keyof T]?: T[Name]["type"] extends "boolean"
    ? boolean
    : T[Name]["type"] extends "number"
      ? number
      : T[Name]["type"] extends "list"
        ? readonly string[]
        : string;
};

export interface ParsedOci<T extends OciFlags> {
  readonly flags: OciFlagValues<T>;
  /** The first word that is no flag, and all after it. */
  readonly words: readonly string[];
}

/**
 * Parses words as Go's flag package does, which runc's callers count on: `-flag` and `--flag` are the same, so are `--flag v`
 * and `--flag=v`; short flags do not go together; flags end at the first word that is none, or at `--`.
 *
 * @throws UserError in the words of that package
 */
export function parseOciFlags<T extends OciFlags>(flags: T, args: readonly string[]): ParsedOci<T> {
  const values: Record<string, boolean | string | number | string[]> = {};
  const words = [...args];
  for (let [word] = words; word !== undefined && word.length > 1 && word.startsWith("-"); [word] = words) {
    words.shift();
    if (word === "--") break;
    const { name, inline } = partsOf(word);
    const [key, flag] = flagOf(flags, name) ?? [];
    if (key === undefined || flag === undefined) throw new UserError(`flag provided but not defined: -${name}`);
    const text = inline ?? (flag.type === "boolean" ? "true" : words.shift());
    if (text === undefined) throw new UserError(`flag needs an argument: -${name}`);
    if (flag.type === "list") values[key] = [...((values[key] as string[] | undefined) ?? []), text];
    else values[key] = PARSERS[flag.type](name, text);
  }
  return { flags: values as OciFlagValues<T>, words };
}

/**
 * The same words with the flags before the others, as runc's command line has it: `delete ID --force` is `delete --force ID`.
 * Words that only look like flags stay where they are: `kill ID -1`.
 */
export function flagsFirst(flags: OciFlags, args: readonly string[]): string[] {
  const first: string[] = [];
  const others: string[] = [];
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "--") {
      others.push(...words);
      break;
    }
    const { name, inline } = partsOf(word);
    const [, flag] = word.startsWith("-") ? (flagOf(flags, name) ?? []) : [];
    if (flag !== undefined) {
      const takesNext = flag.type !== "boolean" && inline === undefined;
      // The `--` below would be its value.
      if (takesNext && words.length === 0) throw new UserError(`flag needs an argument: -${name}`);
      first.push(word, ...(takesNext ? words.splice(0, 1) : []));
    }
    // One that is unknown is refused where flags are expected.
    else if (others.length === 0 && word.length > 1 && word.startsWith("-")) return [...first, word, ...words];
    else others.push(word);
  }
  return [...first, "--", ...others];
}

function partsOf(word: string): { readonly name: string; readonly inline: string | undefined } {
  const [, name = "", , inline] = /^--?([^=]*)(=([^]*))?$/.exec(word) ?? [];
  return { name, inline };
}

function flagOf(flags: OciFlags, name: string): readonly [key: string, flag: OciFlag] | undefined {
  const key = Object.hasOwn(flags, name) ? name : Object.keys(flags).find((long) => flags[long]?.short === name);
  const flag = key === undefined ? undefined : flags[key];
  return key === undefined || flag === undefined ? undefined : [key, flag];
}

const PARSERS = {
  string: (_: string, text: string) => text,
  boolean: (name: string, text: string) => {
    if (/^(?:1|t|true)$/i.test(text)) return true;
    if (/^(?:0|f|false)$/i.test(text)) return false;
    throw new UserError(`invalid boolean value ${JSON.stringify(text)} for -${name}: true or false is meant`);
  },
  number: (name: string, text: string) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new UserError(`invalid value ${JSON.stringify(text)} for flag -${name}: a number is meant`);
  },
};

/** The lines of a help text that describe flags. */
export function describeOciFlags(flags: OciFlags): string {
  const rows = Object.entries(flags).map(([name, { short, type, value, help }]) => {
    const word = type === "boolean" ? "" : ` ${value ?? "value"}`;
    return [`--${name}${word}${short === undefined ? "" : `, -${short}${word}`}`, help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, help]) => `   ${left.padEnd(width)}  ${help}`).join("\n");
}
