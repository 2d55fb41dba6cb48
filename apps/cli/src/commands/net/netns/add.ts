import { netnsAdd } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { forEachName } from "../options/for-each-name.ts";
import { NETNS_ADD } from "./add-flags.ts";

/** `wb net netns add`: ip-netns(8). */
export const netnsAddCommand: Command = netCommand(NETNS_ADD, ({ words }) => forEachName(words, netnsAdd));
