import { NETNS_FLAG, removalNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net bridge rm`: ip-link(8). */
export const BRIDGE_RM: NetSpec<NetFlags<"netns">> = {
  name: "net bridge rm",
  summary: "Remove bridges",
  aliases: removalNames("bridge"),
  words: "BRIDGE [BRIDGE...]",
  count: { least: 1 },
  text: `Remove bridges. Their ports stay, and are at no bridge then. A link of another kind is refused.`,
  flags: {
    ...NETNS_FLAG,
  },
  examples: ["wb net bridge rm wb0"],
  completes: ["bridge"],
};
