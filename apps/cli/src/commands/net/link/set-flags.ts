import { NETNS_FLAG } from "../common-flags.ts";
import { LINK_FLAGS } from "../link-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net link set`: ip-link(8). */
export const LINK_SET: NetSpec<
  NetFlags<"mtu" | "address" | "master" | "name" | "to-netns" | "alias" | "netns", "up" | "down" | "nomaster">
> = {
  name: "net link set",
  summary: "Change a link, or move it to another network namespace",
  words: "LINK [SETTING...]",
  count: { least: 1, most: 1 },
  text: `Change a link, all settings at once or none: ip link set. Behind LINK the settings may be words: up, down, mtu 1400,
netns 4242.`,
  flags: {
    ...LINK_FLAGS,
    down: { type: "boolean", help: "Set it down" },
    name: { type: "string", value: "NAME", help: "Give it another name, of at most 15 bytes" },
    nomaster: { type: "boolean", help: "It is no port of a bridge any more" },
    "to-netns": {
      type: "string",
      value: "NETNS",
      values: "netns",
      help: "Move it to this namespace, without its addresses: a name, a pid, or a path",
    },
    alias: { type: "string", value: "TEXT", help: "What it is for" },
    ...NETNS_FLAG,
  },
  examples: [
    "wb net link set lo up -n blue",
    "wb net link set eth1 netns 4242",
    "wb net link set eth1 name eth0 mtu 1400 up",
    ["wb net link set web0 --master wb0", "as wb net bridge port web0 --master wb0"],
  ],
  ipWords: { netns: "to-netns", down: "up=false" },
  filler: "dev",
  completes: ["link"],
};
