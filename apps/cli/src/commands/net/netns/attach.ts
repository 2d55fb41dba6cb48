import { netnsAttach } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { pidOption } from "../../option-values.ts";
import { netCommand } from "../net-command.ts";
import { NETNS_ATTACH } from "./attach-flags.ts";

/** `wb net netns attach`: ip-netns(8). */
export const netnsAttachCommand: Command = netCommand(NETNS_ATTACH, ({ words: [name = "", pid = ""] }) => {
  netnsAttach(name, pidOption("net netns attach", "PID", pid));
  return 0;
});
