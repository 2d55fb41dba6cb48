import { didYouMean } from "../../did-you-mean.ts";
import { COMMANDS } from "../../registry/commands.ts";
import { GROUPS } from "../../registry/groups.ts";
import { UserError } from "../../user-error.ts";
import { missingHint } from "../docker-habits.ts";
import { offeredGroups } from "./group-help.ts";

/** The error for a command line whose command there is not. */
export function unknownCommand([first = "", second = ""]: readonly string[]): UserError {
  if (first.startsWith("-")) return unknownFlag(first);
  const isGroup = Object.hasOwn(GROUPS, first);
  const name = isGroup ? `${first} ${second}` : first;
  const names = COMMANDS.flatMap((row) => row.names).filter((one) => one.includes(" ") === isGroup);
  const candidates = isGroup ? names.filter((one) => one.startsWith(`${first} `)) : [...names, ...groupNames()];
  const near = isGroup
    ? didYouMean(
        second,
        candidates.map((one) => one.slice(first.length + 1)),
      )
    : didYouMean(first, candidates);
  return new UserError(`${JSON.stringify(name)} is not a wb command`, {
    hint: near ?? missingHint(first) ?? `see 'wb ${isGroup && candidates.length > 0 ? `${first} ` : ""}--help'`,
    exitStatus: UNKNOWN,
  });
}

/** docker's. */
const UNKNOWN = 1;

function unknownFlag(word: string): UserError {
  const [name = ""] = word.split("=");
  if (name === "--root" || name === "--state")
    return new UserError(`flag needs an argument: ${name}`, { hint: "see 'wb --help'", misuse: true });
  return new UserError(`unknown ${word.startsWith("--") ? "flag" : "shorthand flag"}: ${name}`, {
    hint: didYouMean(name, GLOBALS) ?? "see 'wb --help'; flags of a command come after it",
    misuse: true,
  });
}

const GLOBALS = ["--debug", "--help", "--root", "--state", "--version"];

function groupNames(): string[] {
  return offeredGroups().map(({ names: [name] }) => name);
}
