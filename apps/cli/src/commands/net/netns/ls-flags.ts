import { LIST_FLAGS, listNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net netns ls`: ip-netns(8). */
export const NETNS_LS: NetSpec<NetFlags<"format", "quiet">> = {
  name: "net netns ls",
  summary: "List network namespaces with names",
  aliases: listNames("netns"),
  words: "",
  count: { most: 0 },
  text: `List the network namespaces that have names. wb lsns -t net has all.`,
  flags: {
    ...LIST_FLAGS,
  },
  examples: ["wb net netns ls", "wb net netns ls -q"],
};
