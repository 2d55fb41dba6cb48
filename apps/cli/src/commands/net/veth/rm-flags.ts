import { NETNS_FLAG, removalNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net veth rm`: veth(4). */
export const VETH_RM: NetSpec<NetFlags<"netns">> = {
  name: "net veth rm",
  summary: "Remove pairs, both ends of each",
  aliases: removalNames("veth"),
  words: "NAME [NAME...]",
  count: { least: 1 },
  text: `Remove veth pairs, both ends of each, wherever the other one is. A link of another kind is refused.`,
  flags: {
    ...NETNS_FLAG,
  },
  examples: ["wb net veth rm web0"],
  completes: ["veth"],
};
