import { CLEAN_UP } from "../engine/containers/clean-up-command.ts";
import { globalFlags } from "../global-flags.ts";

/**
 * Which program of this directory has the command of a command line: one start loads the code of one. What is not here is one of
 * `program`, which also has the help, and knows what there is not.
 */
export function chooseProgram(line: readonly string[]): string {
  const { help, words } = globalFlags(line);
  const [first = "", second = ""] = words;
  const name = first === "container" ? `container ${second}` : first;
  return (help ? undefined : PROGRAMS.get(name)) ?? "program";
}

/** The commands of src/programs/containers.ts. */
const CONTAINERS = ["inspect", "port", "stop", "rm", "wait", "kill", "logs", "pause", "unpause", "rename", CLEAN_UP];

/** Their other names beside the same in the group. */
const ALIASES = ["container remove"];

/** By the names of commands, of which this must know all: the registry of them is as long as what is chosen from. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ["run", "run"],
  ["container run", "run"],
  ["oci", "oci"],
  ...["ps", "container ps", "container ls", "container list"].map((name) => [name, "ps"] as const),
  ...[...CONTAINERS, ...CONTAINERS.map((name) => `container ${name}`), ...ALIASES].map(
    (name) => [name, "containers"] as const,
  ),
]);
