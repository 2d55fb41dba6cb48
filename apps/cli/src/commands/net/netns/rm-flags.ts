import { removalNames } from "../common-flags.ts";
import type { NetSpec } from "../net-spec.ts";

/** `wb net netns rm`: ip-netns(8). */
export const NETNS_RM: NetSpec = {
  name: "net netns rm",
  summary: "Take their names from network namespaces",
  aliases: removalNames("netns"),
  words: "NAME [NAME...]",
  count: { least: 1 },
  text: `Take their names from network namespaces. Each goes, with its links, when no process is in it any more.`,
  flags: {},
  examples: ["wb net netns rm blue"],
  completes: ["netns"],
};
