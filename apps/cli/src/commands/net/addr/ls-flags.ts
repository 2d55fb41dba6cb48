import { FAMILY_FLAGS, LIST_FLAGS, NETNS_FLAG, listNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net addr ls`: ip-address(8). */
export const ADDR_LS: NetSpec<NetFlags<"dev" | "format" | "netns", "inet" | "inet6" | "quiet">> = {
  name: "net addr ls",
  summary: "List addresses",
  aliases: listNames("addr"),
  words: "[[dev] LINK]",
  count: { most: 1 },
  text: `List the addresses of a network namespace, or of one link, as ip addr does.`,
  flags: {
    dev: { type: "string", value: "LINK", values: "link", help: "Only those of this link" },
    ...FAMILY_FLAGS,
    ...LIST_FLAGS,
    quiet: { type: "boolean", short: "q", help: "Show only addresses" },
    ...NETNS_FLAG,
  },
  examples: ["wb net addr ls", "wb net addr ls dev eth0 -4 -n 4242", "wb net addr ls -q"],
  completes: ["link"],
};
