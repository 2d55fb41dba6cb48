import { NETNS_FLAG, removalNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net link rm`: ip-link(8). */
export const LINK_RM: NetSpec<NetFlags<"netns">> = {
  name: "net link rm",
  summary: "Remove links",
  aliases: removalNames("link"),
  words: "LINK [LINK...]",
  count: { least: 1 },
  text: `Remove links of any kind that can be made. Of a veth pair both ends go.`,
  flags: {
    ...NETNS_FLAG,
  },
  examples: ["wb net link rm dummy0", "wb net link rm web0 -n blue"],
  completes: ["link"],
};
