import { commandHelp } from "../../command/help-text.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { UserError } from "../../user-error.ts";
import { NET } from "./net-flags.ts";
import type { NetSpec } from "./net-spec.ts";
import { NET_OBJECTS, NET_SPECS } from "./net-specs.ts";

/** The command that words behind `wb net` begin with, by any of its names. */
export function findNetSpec([object = "", verb = ""]: readonly string[]): NetSpec | undefined {
  const name = `net ${OTHER_OBJECTS[object] ?? object} ${verb}`;
  return NET_SPECS.find((spec) => spec.name === name || spec.aliases?.includes(name));
}

/** What `wb net …` prints where help is asked for, or no command is named. @throws UserError for a command that there is not */
export function netHelp(line: readonly string[]): string {
  const [object, verb, ...more] = line.filter((word) => !isHelp(word));
  if (object === undefined) return `${commandHelp(NET)}\nObjects:\n${rows(Object.entries(NET_OBJECTS))}\n${MORE}`;
  const spec = findNetSpec([object, verb ?? "", ...more]);
  if (spec !== undefined) return commandHelp(spec);
  const known = OTHER_OBJECTS[object] ?? object;
  if (!Object.hasOwn(NET_OBJECTS, known)) throw unknown(object, Object.keys(NET_OBJECTS), "wb net --help");
  if (verb === undefined) return objectHelp(known);
  const verbs = specsOf(known).flatMap(({ name, aliases = [] }) => [name, ...aliases].map(verbOf));
  throw unknown(`${known} ${verb}`, verbs, HABITS[`${known} ${verb}`] ?? `wb net ${known} --help`);
}

/** The commands of an object, sorted. */
export function specsOf(object: string): NetSpec[] {
  const known = OTHER_OBJECTS[object] ?? object;
  return NET_SPECS.filter(({ name }) => name.startsWith(`net ${known} `)).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
}

/** `ls` of `net veth ls`. */
export function verbOf(name: string): string {
  return name.split(" ")[2] ?? "";
}

/** As ip(8) has them. */
const OTHER_OBJECTS: Readonly<Record<string, string | undefined>> = { address: "addr", br: "bridge" };

const MORE = "\nRun 'wb net OBJECT --help' for the commands of one.\n";

/** What ip(8), bridge(8) and brctl(8) have in other places. */
const HABITS: Readonly<Record<string, string | undefined>> = {
  "bridge addif": "wb net bridge port LINK --master BRIDGE",
  "bridge delif": "wb net bridge port LINK --nomaster",
  "bridge link": "wb net bridge ports, wb net bridge port",
  "link add": "wb net veth add, wb net bridge add",
  "link delete": "wb net link rm",
  "netns set": "wb net netns attach NAME PID",
  "veth set": "wb net link set",
};

function objectHelp(object: string): string {
  const all = specsOf(object).map(({ name, summary }): [string, string] => [verbOf(name), summary]);
  return `Usage:  wb net ${object} COMMAND

${NET_OBJECTS[object] ?? ""}

Commands:
${rows(all)}

Run 'wb net ${object} COMMAND --help' for more information on a command.
`;
}

function rows(all: readonly (readonly [string, string])[]): string {
  return all.map(([name, summary]) => `  ${name.padEnd(11)} ${summary}`).join("\n");
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function unknown(name: string, candidates: readonly string[], see: string): UserError {
  const near = didYouMean(name.split(" ").at(-1) ?? "", candidates);
  const isRemedy = !see.endsWith("--help");
  return new UserError(`there is no wb net ${JSON.stringify(name)}`, {
    hint: isRemedy ? see : (near ?? `see '${see}'`),
    exitStatus: 1,
  });
}
