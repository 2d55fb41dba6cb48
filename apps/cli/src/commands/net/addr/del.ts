import { addrDelete } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { netnsOption } from "../options/netns-option.ts";
import { prefixWord } from "../options/values.ts";
import { addrOptions } from "./addr-options.ts";
import { ADDR_DEL } from "./del-flags.ts";

/** `wb net addr del`: ip-address(8). */
export const addrDeleteCommand: Command = netCommand(ADDR_DEL, ({ flags, words: [address = ""] }) => {
  const checked = prefixWord("net addr del", "ADDRESS/PREFIX", address);
  addrDelete(checked, addrOptions("net addr del", flags), { netns: netnsOption(flags.netns) });
  return 0;
});
