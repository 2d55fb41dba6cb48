import { commandHelp } from "../../command/help-text.ts";
import { findCommand } from "../../registry/find-command.ts";
import { GROUPS } from "../../registry/groups.ts";
import { SPECS } from "../../registry/specs.ts";
import { versionText } from "../../version.ts";
import { writeAll } from "../../write-all.ts";
import { groupHelp } from "./group-help.ts";
import { overview } from "./overview.ts";
import { unknownCommand } from "./unknown-command.ts";

/** `wb help …`, `wb GROUP`, and every command line whose command there is not. */
export async function helpCommand(line: readonly string[]): Promise<number> {
  const [first = ""] = line;
  if (first === "--version" || first === "-v") {
    writeAll(versionText);
    return 0;
  }
  writeAll(await helpText(first === "help" ? line.slice(1) : line));
  return 0;
}

async function helpText(line: readonly string[]): Promise<string> {
  const [first, second] = line.filter((word) => word !== "--help" && word !== "-h");
  if (first === undefined) return overview();
  const found = findCommand(line);
  if (found?.row.names[0] === "net") return (await import("../net/net-help.ts")).netHelp(found.args);
  const spec = found === undefined ? undefined : await SPECS[found.row.names[0]]?.();
  if (spec !== undefined) return commandHelp(spec);
  if (Object.hasOwn(GROUPS, first) && second === undefined) return groupHelp(first);
  throw unknownCommand(line);
}
