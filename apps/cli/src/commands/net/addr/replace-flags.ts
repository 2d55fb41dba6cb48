import type { NetSpec } from "../net-spec.ts";
import { ADDR_FLAGS } from "./addr-settings.ts";

/** `wb net addr replace`: ip-address(8). */
export const ADDR_REPLACE: NetSpec<typeof ADDR_FLAGS> = {
  name: "net addr replace",
  summary: "Give a link an address, or change what is with it",
  aliases: ["net addr change"],
  words: "ADDRESS/PREFIX dev LINK [SETTING...]",
  count: { least: 1, most: 1 },
  text: `Give a link an address that it may have, and what is with it, as ip addr replace does.`,
  flags: ADDR_FLAGS,
  examples: ["wb net addr replace 10.244.244.1/24 dev web0 valid_lft 3600"],
  ipWords: { brd: "broadcast", valid_lft: "valid-lft", preferred_lft: "preferred-lft" },
};
