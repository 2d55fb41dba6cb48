import type { NetSpec } from "../net-spec.ts";
import { ADDR_FLAGS } from "./addr-settings.ts";

/** `wb net addr add`: ip-address(8). */
export const ADDR_ADD: NetSpec<typeof ADDR_FLAGS> = {
  name: "net addr add",
  summary: "Give a link an address",
  words: "ADDRESS/PREFIX dev LINK [SETTING...]",
  count: { least: 1, most: 1 },
  text: `Give a link an address, as ip addr add does. Without /PREFIX it is one address alone.`,
  flags: ADDR_FLAGS,
  examples: ["wb net addr add 10.244.244.1/24 dev web0", "wb net addr add fd00::2/64 dev eth0 nodad -n 4242"],
  ipWords: { brd: "broadcast", valid_lft: "valid-lft", preferred_lft: "preferred-lft" },
};
