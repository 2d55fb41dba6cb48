import type { CommandRow, Section } from "../../registry/command-row.ts";
import { COMMANDS } from "../../registry/commands.ts";
import { offeredGroups } from "./group-help.ts";

/** What `wb --help` prints. */
export function overview(): string {
  return `Usage:  wb [OPTIONS] COMMAND

Containers on Linux, without a daemon

${rows("Common Commands", ofSection("common"))}

${rows("Management Commands", offeredGroups())}

${rows("Commands", sorted(ofSection("container")))}

${rows("Image Commands", sorted(ofSection("image")))}

${rows("System Commands", sorted(ofSection("system")))}

${rows("Tools", sorted(ofSection("tool")))}

Global Options:
  -D, --debug        Show where errors come from
      --root DIR     Where containers are kept (default: $WB_ROOT, or /var/lib/wb)
      --state DIR    Where running ones are known (default: $WB_STATE, or /run/wb)
  -v, --version      Print the version and quit

Examples:
  wb run --rm -it debian              a shell in an image, which is pulled where it is not here
  wb run --rm -it --rootfs /:O bash   a shell in a copy of this machine; changes are thrown away
  wb run -d --name web nginx          in the background: see wb ps, wb logs web, wb stop web

Run 'wb COMMAND --help' for more information on a command.
`;
}

function ofSection(section: Section): readonly CommandRow[] {
  return COMMANDS.filter((row) => row.section === section);
}

function sorted(all: readonly CommandRow[]): CommandRow[] {
  return all.toSorted((one, other) => (one.names[0] < other.names[0] ? -1 : 1));
}

function rows(title: string, all: readonly CommandRow[]): string {
  return `${title}:\n${all.map(({ names: [name], summary }) => `  ${name.padEnd(11)} ${summary}`).join("\n")}`;
}
