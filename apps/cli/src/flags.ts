import { parseArgs } from "node:util";
import { UserError } from "./user-error.ts";

/** A flag of a command, as docker's help shows it. */
export interface Flag {
  readonly type: "boolean" | "string" | "list";
  readonly short?: string;
  /** What the value is called in the help: `bytes`. */
  readonly value?: string;
  readonly help: string;
  /** Another name for the same flag. */
  readonly alias?: string;
}

export type Flags = Readonly<Record<string, Flag>>;

/** The values of flags: a list flag has all that were given. */
export type FlagValues<T extends Flags> = {
  readonly [Name in keyof T]?: T[Name]["type"] extends "boolean"
    ? boolean
    : T[Name]["type"] extends "list"
      ? readonly string[]
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
 * @throws UserError naming the flag
 */
export function parseFlags<T extends Flags>(command: string, flags: T, args: readonly string[]): Parsed<T> {
  const options = Object.fromEntries(Object.entries(flags).flatMap(([name, flag]) => parserOptions(name, flag)));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, boolean | string | string[]> = {};
  let words: readonly string[] = [];
  for (const token of tokens) {
    if (token.kind !== "option") {
      words = args.slice(token.kind === "positional" ? token.index : token.index + 1);
      break;
    }
    const name = canonicalName(flags, token.name);
    const flag = flags[name];
    if (flag === undefined || !namedExactly(token.rawName, token.name, flags))
      throw usage(command, unknownFlag(token.rawName));
    values[name] = valueOf(command, flag, token, values[name]);
  }
  return { flags: values as FlagValues<T>, words };
}

function parserOptions(name: string, { type, short, alias }: Flag) {
  const option = { type: type === "boolean" ? ("boolean" as const) : ("string" as const), multiple: true };
  return [
    [name, short === undefined ? option : { ...option, short }],
    ...(alias === undefined ? [] : [[alias, option]]),
  ] as const;
}

function canonicalName(flags: Flags, name: string): string {
  return flags[name] === undefined
    ? (Object.keys(flags).find((candidate) => flags[candidate]?.alias === name) ?? name)
    : name;
}

/** `-x` of a flag that has no such short name must not be taken for `--x`. */
function namedExactly(rawName: string, name: string, flags: Flags): boolean {
  return rawName.startsWith("--") || flags[canonicalName(flags, name)]?.short === rawName.slice(1);
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
    const truth = BOOLEANS[value ?? "true"];
    if (truth === undefined)
      throw usage(command, `invalid argument ${JSON.stringify(value)} for ${rawName}: true or false is meant`);
    return truth;
  }
  if (value === undefined) throw usage(command, `flag needs an argument: ${rawName}`);
  const text = rawName.startsWith("--") ? value : value.replace(/^=/, "");
  return type === "list" ? [...((before as string[] | undefined) ?? []), text] : text;
}

/** What strconv.ParseBool takes. */
const BOOLEANS: Readonly<Record<string, boolean | undefined>> = {
  true: true,
  t: true,
  "1": true,
  false: false,
  f: false,
  "0": false,
};

function unknownFlag(rawName: string): string {
  return rawName.startsWith("--") ? `unknown flag: ${rawName}` : `unknown shorthand flag: ${rawName}`;
}

/** The error for a command line that is not understood. */
export function usage(command: string, message: string): UserError {
  return new UserError(message, { hint: `see 'wb ${command} --help'` });
}

/** The lines of a help text that describe flags. */
export function describeFlags(flags: Flags): string {
  const rows = Object.entries(flags).map(([name, { short, type, value, help }]) => {
    const left = `${short === undefined ? "    " : `-${short}, `}--${name}${type === "boolean" ? "" : ` ${value ?? type}`}`;
    return [left, help] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, help]) => `  ${left.padEnd(width)}   ${help}`).join("\n");
}
