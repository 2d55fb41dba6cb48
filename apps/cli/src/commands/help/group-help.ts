import type { CommandRow } from "../../registry/command-row.ts";
import { COMMANDS } from "../../registry/commands.ts";
import { GROUPS } from "../../registry/groups.ts";

/** What `wb container --help` prints: the commands of a group. */
export function groupHelp(group: string): string {
  const lines = groupCommands(group).map(({ names: [name], summary }) => `  ${name.padEnd(11)} ${summary}`);
  return `Usage:  wb ${group} COMMAND

${GROUPS[group]?.summary ?? ""}

Commands:
${lines.join("\n")}

Run 'wb ${group} COMMAND --help' for more information on a command.
`;
}

/** The groups that have commands, as rows. */
export function offeredGroups(): CommandRow[] {
  return Object.entries(GROUPS)
    .filter(([group]) => groupCommands(group).length > 0)
    .map(([group, { summary }]) => ({ names: [group], summary }));
}

/** The commands of a group, sorted, by their names in it: `ls`, without the other ones. */
export function groupCommands(group: string): CommandRow[] {
  return COMMANDS.flatMap((row): CommandRow[] => {
    const inside = row.names.find((name) => name.startsWith(`${group} `));
    return inside === undefined ? [] : [{ ...row, names: [inside.slice(group.length + 1)] }];
  }).toSorted((one, other) => (one.names[0] < other.names[0] ? -1 : 1));
}
