import { NETNS_FLAG } from "../common-flags.ts";
import { LINK_FLAGS } from "../link-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net bridge set`: ip-link(8). */
export const BRIDGE_SET: NetSpec<
  NetFlags<"ageing-time" | "mtu" | "address" | "netns", "vlan-filtering" | "stp" | "mcast-snooping" | "up" | "down">
> = {
  name: "net bridge set",
  summary: "Change a bridge",
  words: "BRIDGE [SETTING...]",
  count: { least: 1, most: 1 },
  text: `Change a bridge, all settings at once or none. --vlan-filtering=false switches it off.`,
  flags: {
    "vlan-filtering": { type: "boolean", help: "Keep VLANs apart" },
    stp: { type: "boolean", help: "Take part in the spanning tree protocol" },
    "mcast-snooping": { type: "boolean", help: "Send multicast only where it is listened to" },
    "ageing-time": { type: "string", value: "SECONDS", help: "How long a hardware address is remembered" },
    up: LINK_FLAGS.up,
    down: { type: "boolean", help: "Set it down" },
    mtu: LINK_FLAGS.mtu,
    address: LINK_FLAGS.address,
    ...NETNS_FLAG,
  },
  examples: ["wb net bridge set wb0 --vlan-filtering", "wb net bridge set wb0 mtu 1400 up"],
  ipWords: {
    vlan_filtering: "vlan-filtering",
    stp_state: "stp",
    mcast_snooping: "mcast-snooping",
    ageing_time: "ageing-time",
    down: "up=false",
  },
  filler: "dev",
  completes: ["bridge"],
};
