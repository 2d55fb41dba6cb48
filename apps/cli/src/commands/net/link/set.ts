import { linkSet } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { usage } from "../../../flags.ts";
import { netCommand } from "../net-command.ts";
import { linkSettings } from "../options/link-settings.ts";
import { netnsOption } from "../options/netns-option.ts";
import { LINK_SET } from "./set-flags.ts";

/** `wb net link set`: ip-link(8). */
export const linkSetCommand: Command = netCommand(LINK_SET, ({ flags, words: [link = ""] }) => {
  const { name, alias } = flags;
  const to = netnsOption(flags["to-netns"]);
  const changes = {
    ...linkSettings("net link set", flags),
    ...(name === undefined ? {} : { name }),
    ...(alias === undefined ? {} : { alias }),
    ...(to === undefined ? {} : { netns: to }),
  };
  if (Object.keys(changes).length === 0)
    throw usage("net link set", `nothing to change of ${link}`, `wb net link set ${link} up`);
  linkSet(link, changes, { netns: netnsOption(flags.netns) });
  return 0;
});
