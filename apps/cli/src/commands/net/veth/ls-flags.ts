import { LIST_FLAGS, NETNS_FLAG, listNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net veth ls`: veth(4). */
export const VETH_LS: NetSpec<NetFlags<"format" | "netns", "quiet">> = {
  name: "net veth ls",
  summary: "List the ends of pairs",
  aliases: listNames("veth"),
  words: "",
  count: { most: 0 },
  text: `List the ends of veth pairs in a network namespace. A peer in another one is known by its number alone: if5.`,
  flags: {
    ...LIST_FLAGS,
    ...NETNS_FLAG,
  },
  examples: ["wb net veth ls", "wb net veth ls -q -n blue"],
};
