import type { Command } from "../../../command/command.ts";
import { removeLinks } from "../link/remove-links.ts";
import { netCommand } from "../net-command.ts";
import { VETH_RM } from "./rm-flags.ts";

/** `wb net veth rm`: ip-link(8). */
export const vethRemoveCommand: Command = netCommand(VETH_RM, ({ flags, words }) => removeLinks(words, flags, "veth"));
