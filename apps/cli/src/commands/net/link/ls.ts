import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { printList } from "../options/list-of.ts";
import { netnsOption } from "../options/netns-option.ts";
import { linkRows, LINKS } from "./link-list.ts";
import { LINK_LS } from "./ls-flags.ts";

/** `wb net link ls`: ip-link(8). */
export const linkListCommand: Command = netCommand(LINK_LS, ({ flags }) =>
  printList(LINKS, linkRows({ netns: netnsOption(flags.netns) }), flags),
);
