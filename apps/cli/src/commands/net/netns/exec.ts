import { existsSync } from "node:fs";
import type { Command } from "../../../command/command.ts";
import { becomeCommand } from "../../../in-place/become-command.ts";
import { commandOrShell } from "../../../in-place/command-steps.ts";
import { EXIT_FAILURE } from "../../../in-place/exit-failure.ts";
import { UserError } from "../../../user-error.ts";
import { netCommand } from "../net-command.ts";
import { NETNS_EXEC } from "./exec-flags.ts";
import { netnsProgram } from "./netns-program.ts";

/** `wb net netns exec`: ip-netns(8). */
export const netnsExecCommand: Command = netCommand(NETNS_EXEC, ({ words: [name = "", ...command] }) => {
  if (name === "" || name === "." || name === ".." || name.includes("/"))
    throw new UserError(`no name of a network namespace: ${JSON.stringify(name)}`, {
      hint: "of a process or a path: wb nsenter --net",
      exitStatus: EXIT_FAILURE,
    });
  if (!existsSync(`/run/netns/${name}`))
    throw new UserError(`there is no network namespace /run/netns/${name}`, {
      hint: `wb net netns add ${name}`,
      exitStatus: EXIT_FAILURE,
    });
  return becomeCommand(netnsProgram(name), commandOrShell(command), { failure: EXIT_FAILURE });
});
