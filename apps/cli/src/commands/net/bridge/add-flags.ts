import { NETNS_FLAG } from "../common-flags.ts";
import { LINK_FLAGS } from "../link-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net bridge add`: ip-link(8). */
export const BRIDGE_ADD: NetSpec<
  NetFlags<"ageing-time" | "mtu" | "address" | "netns", "vlan-filtering" | "stp" | "mcast-snooping" | "up">
> = {
  name: "net bridge add",
  summary: "Make a bridge",
  words: "NAME",
  count: { least: 1, most: 1 },
  text: `Make a bridge, a switch in the kernel: ip link add NAME type bridge.`,
  flags: {
    "vlan-filtering": { type: "boolean", help: "Keep VLANs apart" },
    stp: { type: "boolean", help: "Take part in the spanning tree protocol" },
    "mcast-snooping": { type: "boolean", help: "Send multicast only where it is listened to" },
    "ageing-time": { type: "string", value: "SECONDS", help: "How long a hardware address is remembered" },
    up: LINK_FLAGS.up,
    mtu: LINK_FLAGS.mtu,
    address: LINK_FLAGS.address,
    ...NETNS_FLAG,
  },
  examples: ["wb net bridge add wb0 --up", "wb net bridge add br0 --vlan-filtering --mtu 1400 -n blue"],
  ipWords: {
    vlan_filtering: "vlan-filtering",
    stp_state: "stp",
    mcast_snooping: "mcast-snooping",
    ageing_time: "ageing-time",
  },
  completes: ["nothing"],
};
