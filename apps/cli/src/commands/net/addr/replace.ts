import { addrReplace } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { netnsOption } from "../options/netns-option.ts";
import { prefixWord } from "../options/values.ts";
import { addrOptions } from "./addr-options.ts";
import { ADDR_REPLACE } from "./replace-flags.ts";

/** `wb net addr replace`: ip-address(8). */
export const addrReplaceCommand: Command = netCommand(ADDR_REPLACE, ({ flags, words: [address = ""] }) => {
  const checked = prefixWord("net addr replace", "ADDRESS/PREFIX", address);
  addrReplace(checked, addrOptions("net addr replace", flags), { netns: netnsOption(flags.netns) });
  return 0;
});
