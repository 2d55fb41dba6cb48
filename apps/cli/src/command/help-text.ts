import { describeFlags } from "../flags.ts";
import { COMMANDS } from "../registry/commands.ts";
import type { CommandSpec } from "./command-spec.ts";

/** What `wb COMMAND --help` prints. */
export function commandHelp(spec: CommandSpec): string {
  const [name, ...others] = COMMANDS.find(({ names }) => names[0] === spec.name)?.names ?? [
    spec.name,
    ...(spec.aliases ?? []),
  ];
  const hasFlags = Object.keys(spec.flags).length > 0;
  const parts = [
    usageLine(spec),
    spec.text,
    ...(others.length === 0 ? [] : [`Aliases:\n  ${[name, ...others].map((one) => `wb ${one}`).join(", ")}`]),
    ...(hasFlags ? [`Options:\n${describeFlags(spec.flags)}`] : []),
    `${spec.examples.length === 1 ? "Example" : "Examples"}:\n${exampleLines(spec.examples)}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

/** `Usage:  wb stop [OPTIONS] CONTAINER [CONTAINER...]`, docker's spaces included. */
export function usageLine({ name, words, flags }: CommandSpec): string {
  const options = Object.keys(flags).length === 0 ? "" : " [OPTIONS]";
  return `Usage:  wb ${name}${options}${words === "" ? "" : ` ${words}`}`;
}

function exampleLines(examples: CommandSpec["examples"]): string {
  const pairs = examples.map((example): readonly [string, string?] =>
    typeof example === "string" ? [example] : example,
  );
  const width = Math.max(...pairs.filter(([, what]) => what !== undefined).map(([line]) => line.length), 0);
  return pairs.map(([line, what]) => `  ${what === undefined ? line : `${line.padEnd(width)}   ${what}`}`).join("\n");
}
