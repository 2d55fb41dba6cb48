import { LIST_FLAGS, NETNS_FLAG, listNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net bridge ls`: ip-link(8). */
export const BRIDGE_LS: NetSpec<NetFlags<"format" | "netns", "quiet">> = {
  name: "net bridge ls",
  summary: "List bridges",
  aliases: listNames("bridge"),
  words: "",
  count: { most: 0 },
  text: `List the bridges of a network namespace, and what is at them.`,
  flags: {
    ...LIST_FLAGS,
    ...NETNS_FLAG,
  },
  examples: ["wb net bridge ls", "wb net bridge ls --format '{{.Name}}: {{.Ports}}'"],
};
