import { NETNS_FLAG } from "../common-flags.ts";
import { LINK_FLAGS } from "../link-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net bridge port`: bridge(8). */
export const BRIDGE_PORT: NetSpec<
  NetFlags<
    "master" | "cost" | "priority" | "netns",
    "nomaster" | "hairpin" | "isolated" | "learning" | "flood" | "guard"
  >
> = {
  name: "net bridge port",
  summary: "Put a link at a bridge, take it away, change how it is there",
  words: "LINK [SETTING...]",
  count: { least: 1, most: 1 },
  text: `Put a link at a bridge (ip link set LINK master BRIDGE), take it away (nomaster), and change how it is there (bridge
link set). All settings at once or none.`,
  flags: {
    master: LINK_FLAGS.master,
    nomaster: { type: "boolean", help: "It is no port of a bridge any more" },
    hairpin: { type: "boolean", help: "Send packets back to where they came from, too" },
    isolated: { type: "boolean", help: "Pass packets only from and to ports that are not isolated" },
    learning: { type: "boolean", help: "Remember which hardware addresses are behind it" },
    flood: { type: "boolean", help: "Send there what nobody knows the port of" },
    guard: { type: "boolean", help: "Shut it where it sends messages of the spanning tree protocol" },
    cost: { type: "string", value: "NUMBER", help: "What the spanning tree protocol counts for it: 1 to 65535" },
    priority: { type: "string", value: "NUMBER", help: "Which port the spanning tree protocol prefers: 0 to 63" },
    ...NETNS_FLAG,
  },
  examples: [
    "wb net bridge port web0 --master wb0 --hairpin",
    ["wb net bridge port web0 isolated on", "it reaches only ports that are not isolated"],
    "wb net bridge port web0 --nomaster",
  ],
  filler: "dev",
  completes: ["link"],
};
