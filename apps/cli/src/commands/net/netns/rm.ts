import { netnsDelete } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { forEachName } from "../options/for-each-name.ts";
import { NETNS_RM } from "./rm-flags.ts";

/** `wb net netns rm`: ip-netns(8). */
export const netnsRemoveCommand: Command = netCommand(NETNS_RM, ({ words }) => forEachName(words, netnsDelete));
