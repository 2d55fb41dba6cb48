import type { Command } from "../../../command/command.ts";
import { linkRows, VETHS } from "../link/link-list.ts";
import { netCommand } from "../net-command.ts";
import { printList } from "../options/list-of.ts";
import { netnsOption } from "../options/netns-option.ts";
import { VETH_LS } from "./ls-flags.ts";

/** `wb net veth ls`: ip-link(8). */
export const vethListCommand: Command = netCommand(VETH_LS, ({ flags }) =>
  printList(VETHS, linkRows({ netns: netnsOption(flags.netns) }, "veth"), flags),
);
