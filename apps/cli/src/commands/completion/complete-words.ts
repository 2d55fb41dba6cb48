import type { CommandSpec, ValueKind } from "../../command/command-spec.ts";
import { HELP_FLAG } from "../../command/command.ts";
import type { Flag, Flags } from "../../flags.ts";
import { COMMANDS } from "../../registry/commands.ts";
import { findCommand } from "../../registry/find-command.ts";
import { GROUPS } from "../../registry/groups.ts";
import { SPECS } from "../../registry/specs.ts";
import { groupCommands, offeredGroups } from "../help/group-help.ts";
import { flagThatWaits, longFlag } from "./flag-that-waits.ts";

/** What can stand at the end of a command line. */
export interface Completion {
  /** Those that are known by now. */
  readonly entries: readonly (readonly [value: string, description: string])[];
  /** What else: names of this kind, each behind `before`. */
  readonly kind: ValueKind;
  readonly before: string;
  /** Words that the command has already. */
  readonly taken: readonly string[];
}

/** What can stand at the end of a command line, behind the flags before the command. */
export async function completeWords(line: readonly string[], last: string): Promise<Completion> {
  const words = line[0] === "help" ? line.slice(1) : line;
  const [first, second] = words;
  if (first === undefined) return last.startsWith("-") ? flagNames(GLOBALS) : rows(COMMAND_ROWS());
  if (first === "--root" || first === "--state") return ofKind("directory");
  if (second === undefined && Object.hasOwn(GROUPS, first)) return rows(groupCommands(first));
  const found = findCommand(words);
  if (found?.row.names[0] === "net" && words === line)
    return (await import("./complete-net.ts")).completeNet(found.args, last);
  const spec = found === undefined ? undefined : await SPECS[found.row.names[0]]?.();
  return found === undefined || spec === undefined || words !== line
    ? ofKind("nothing")
    : completeCommand(spec, found.args, last);
}

/** What can stand at the end of a command line of one command. */
export function completeCommand(spec: CommandSpec, args: readonly string[], last: string): Completion {
  const flags: Flags = { ...spec.flags, help: HELP_FLAG };
  const words: string[] = [];
  let open: Flag | undefined;
  let areFlagsOver = false;
  for (const arg of args) {
    if (open !== undefined) open = undefined;
    else if (areFlagsOver || arg === "-" || !arg.startsWith("-")) {
      words.push(arg);
      areFlagsOver ||= spec.flagsFirst === true;
    } else if (arg === "--") areFlagsOver = true;
    else open = flagThatWaits(flags, arg);
  }
  if (open !== undefined) return ofKind(kindOf(open));
  if (!areFlagsOver && last.startsWith("-")) {
    const [name = ""] = last.split("=");
    const flag = last.includes("=") ? longFlag(flags, name.slice(2)) : undefined;
    if (flag !== undefined) return { ...ofKind(kindOf(flag)), before: `${name}=` };
    return last.includes("=") ? ofKind("nothing") : flagNames(flags);
  }
  if (words.length >= (spec.count?.most ?? Number.POSITIVE_INFINITY)) return ofKind("nothing");
  const kinds = spec.completes ?? ["nothing"];
  return { ...ofKind(kinds[words.length] ?? kinds.at(-1) ?? "nothing"), taken: words };
}

function kindOf({ type, value, values }: Flag): ValueKind {
  if (type === "boolean") return ["true", "false"];
  return values ?? (/\b(?:DIR|FILE|PATH)/i.test(value ?? "") ? "file" : "nothing");
}

function flagNames(flags: Flags): Completion {
  const entries = Object.entries(flags).flatMap(([name, { help, alias }]) =>
    [name, ...(alias === undefined ? [] : [alias])].map((one) => [`--${one}`, help] as const),
  );
  return { ...ofKind("nothing"), entries };
}

/** Commands, by the first of their names. */
export function rows(
  all: readonly { readonly names: readonly [string, ...string[]]; readonly summary: string }[],
): Completion {
  return { ...ofKind("nothing"), entries: all.map(({ names: [name], summary }) => [name, summary] as const) };
}

/** Names of a kind, and nothing else. */
export function ofKind(kind: ValueKind): Completion {
  return { entries: [], kind, before: "", taken: [] };
}

const COMMAND_ROWS = (): Parameters<typeof rows>[0] => [
  ...COMMANDS.filter(({ names: [name] }) => !name.includes(" ")),
  ...offeredGroups(),
  { names: ["help"], summary: "Show the help of a command" },
];

const GLOBALS: Flags = {
  debug: { type: "boolean", help: "Show where errors come from" },
  help: HELP_FLAG,
  root: { type: "string", help: "Where containers are kept" },
  state: { type: "string", help: "Where running ones are known" },
  version: { type: "boolean", help: "Print the version and quit" },
};
