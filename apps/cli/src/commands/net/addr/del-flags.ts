import { NETNS_FLAG } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net addr del`: ip-address(8). */
export const ADDR_DEL: NetSpec<NetFlags<"dev" | "peer" | "netns">> = {
  name: "net addr del",
  summary: "Take an address from a link",
  aliases: ["delete", "remove", "rm"].map((verb) => `net addr ${verb}`),
  words: "ADDRESS/PREFIX dev LINK",
  count: { least: 1, most: 1 },
  text: `Take an address from a link, as ip addr del does. The prefix has to be the one that it has.`,
  flags: {
    dev: { type: "string", value: "LINK", values: "link", help: "The link that has the address" },
    peer: { type: "string", value: "ADDRESS", help: "The other end's address, on a point-to-point link" },
    ...NETNS_FLAG,
  },
  examples: ["wb net addr del 10.244.244.1/24 dev web0"],
};
