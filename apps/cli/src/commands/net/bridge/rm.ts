import type { Command } from "../../../command/command.ts";
import { removeLinks } from "../link/remove-links.ts";
import { netCommand } from "../net-command.ts";
import { BRIDGE_RM } from "./rm-flags.ts";

/** `wb net bridge rm`: ip-link(8). */
export const bridgeRemoveCommand: Command = netCommand(BRIDGE_RM, ({ flags, words }) =>
  removeLinks(words, flags, "bridge"),
);
