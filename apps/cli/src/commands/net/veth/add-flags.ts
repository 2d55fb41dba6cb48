import { NETNS_FLAG } from "../common-flags.ts";
import { LINK_FLAGS } from "../link-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net veth add`: veth(4). */
export const VETH_ADD: NetSpec<
  NetFlags<"peer" | "peer-netns" | "peer-address" | "mtu" | "address" | "master" | "netns", "up">
> = {
  name: "net veth add",
  summary: "Make a pair of links, of which each end may be in a namespace of its own",
  words: "NAME",
  count: { least: 1, most: 1 },
  text: `Make a veth pair: what goes into one end comes out of the other. Either it is there as it was asked for, or there is
nothing. NAME is made in --netns, its peer in --peer-netns, or in the same. What ip(8) needs two or three commands
for: ip link add … type veth peer …, ip link set … netns …, ip link set … up.`,
  flags: {
    peer: { type: "string", value: "NAME", help: "The name of the other end (default: the kernel chooses)" },
    "peer-netns": {
      type: "string",
      value: "NETNS",
      values: "netns",
      help: "Where the other end is made: a name, a pid, or a path",
    },
    "peer-address": { type: "string", value: "MAC", help: "The hardware address of the other end" },
    ...LINK_FLAGS,
    up: { type: "boolean", help: "Set both ends up" },
    mtu: { type: "string", value: "BYTES", help: "The largest packet, of both ends" },
    ...NETNS_FLAG,
  },
  examples: [
    ["wb net veth add web0 --peer eth0 --peer-netns 4242 --up", "one end in the namespace of process 4242"],
    ["wb net veth add web0 --peer eth0 --netns left --peer-netns right", "between two namespaces"],
    ["wb net veth add web0 --peer eth0 --peer-netns 4242 --master wb0 --up", "a container at a bridge"],
  ],
  completes: ["nothing"],
};
