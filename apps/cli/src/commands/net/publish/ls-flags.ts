import { LIST_FLAGS, NETNS_FLAG, listNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net publish ls`: docker-port(1). */
export const PUBLISH_LS: NetSpec<NetFlags<"format" | "netns", "quiet">> = {
  name: "net publish ls",
  summary: "List published ports",
  aliases: listNames("publish"),
  words: "",
  count: { most: 0 },
  text: `List the ports of a machine that lead elsewhere, as the kernel has them, those of containers included.`,
  flags: {
    ...LIST_FLAGS,
    quiet: { type: "boolean", short: "q", help: "Show them as wb net publish rm takes them" },
    ...NETNS_FLAG,
  },
  examples: ["wb net publish ls", "wb net publish ls --format json"],
};
