import { linkAdd } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { linkSettings } from "../options/link-settings.ts";
import { netnsOption } from "../options/netns-option.ts";
import { BRIDGE_ADD } from "./add-flags.ts";
import { bridgeData } from "./bridge-data.ts";

/** `wb net bridge add`: ip-link(8). */
export const bridgeAddCommand: Command = netCommand(BRIDGE_ADD, ({ flags, words: [name = ""] }) => {
  const data = bridgeData("net bridge add", flags);
  const settings = linkSettings("net bridge add", flags);
  linkAdd(
    { name, kind: "bridge", ...settings, ...(data === undefined ? {} : { data }) },
    { netns: netnsOption(flags.netns) },
  );
  return 0;
});
