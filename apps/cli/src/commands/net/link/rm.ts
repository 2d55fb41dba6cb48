import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { removeLinks } from "./remove-links.ts";
import { LINK_RM } from "./rm-flags.ts";

/** `wb net link rm`: ip-link(8). */
export const linkRemoveCommand: Command = netCommand(LINK_RM, ({ flags, words }) => removeLinks(words, flags));
