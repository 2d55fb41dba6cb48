import { existsSync } from "node:fs";
import { netnsIdentify } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { UserError } from "../../../user-error.ts";
import { writeAll } from "../../../write-all.ts";
import { pidOption } from "../../option-values.ts";
import { netCommand } from "../net-command.ts";
import { NETNS_IDENTIFY } from "./identify-flags.ts";

/** `wb net netns identify`: ip-netns(8). */
export const netnsIdentifyCommand: Command = netCommand(NETNS_IDENTIFY, ({ words: [word] }) => {
  const pid = word === undefined ? process.pid : pidOption("net netns identify", "PID", word);
  if (!existsSync(`/proc/${pid}`)) throw new UserError(`there is no process ${pid}`);
  writeAll(
    netnsIdentify(pid)
      .map((name) => `${name}\n`)
      .join(""),
  );
  return 0;
});
