import { addrAdd } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { netnsOption } from "../options/netns-option.ts";
import { prefixWord } from "../options/values.ts";
import { ADDR_ADD } from "./add-flags.ts";
import { addrOptions } from "./addr-options.ts";

/** `wb net addr add`: ip-address(8). */
export const addrAddCommand: Command = netCommand(ADDR_ADD, ({ flags, words: [address = ""] }) => {
  const checked = prefixWord("net addr add", "ADDRESS/PREFIX", address);
  addrAdd(checked, addrOptions("net addr add", flags), { netns: netnsOption(flags.netns) });
  return 0;
});
