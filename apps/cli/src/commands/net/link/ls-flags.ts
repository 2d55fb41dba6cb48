import { LIST_FLAGS, NETNS_FLAG, listNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net link ls`: ip-link(8). */
export const LINK_LS: NetSpec<NetFlags<"format" | "netns", "quiet">> = {
  name: "net link ls",
  summary: "List links",
  aliases: listNames("link"),
  words: "",
  count: { most: 0 },
  text: `List the links of a network namespace, as ip link does.`,
  flags: {
    ...LIST_FLAGS,
    ...NETNS_FLAG,
  },
  examples: ["wb net link ls", "wb net link ls -n blue", "wb net link ls --format json"],
};
