import type { Command } from "../../../command/command.ts";
import { linkRows, BRIDGES } from "../link/link-list.ts";
import { netCommand } from "../net-command.ts";
import { printList } from "../options/list-of.ts";
import { netnsOption } from "../options/netns-option.ts";
import { BRIDGE_LS } from "./ls-flags.ts";

/** `wb net bridge ls`: ip-link(8). */
export const bridgeListCommand: Command = netCommand(BRIDGE_LS, ({ flags }) =>
  printList(BRIDGES, linkRows({ netns: netnsOption(flags.netns) }, "bridge"), flags),
);
