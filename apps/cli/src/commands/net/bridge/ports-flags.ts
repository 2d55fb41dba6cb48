import { LIST_FLAGS, NETNS_FLAG } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net bridge ports`: bridge(8). */
export const BRIDGE_PORTS: NetSpec<NetFlags<"format" | "netns", "quiet">> = {
  name: "net bridge ports",
  summary: "List the ports of bridges",
  words: "[BRIDGE]",
  count: { most: 1 },
  text: `List the ports of a bridge, or of all, as bridge -d link does.`,
  flags: {
    ...LIST_FLAGS,
    ...NETNS_FLAG,
  },
  examples: ["wb net bridge ports", "wb net bridge ports wb0 -q"],
  completes: ["bridge"],
};
