import { FAMILY_FLAGS, LIST_FLAGS, NETNS_FLAG, listNames } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";
import { TABLES } from "../options/route-words.ts";

/** `wb net route ls`: ip-route(8). */
export const ROUTE_LS: NetSpec<NetFlags<"table" | "dev" | "format" | "netns", "inet" | "inet6" | "quiet">> = {
  name: "net route ls",
  summary: "List routes",
  aliases: listNames("route"),
  words: "[SETTING...]",
  count: { most: 0 },
  text: `List the routes of a network namespace, IPv4 before IPv6, as ip route and ip -6 route do.`,
  flags: {
    table: {
      type: "string",
      value: "TABLE",
      values: ["all", ...TABLES],
      help: "main, local, default, a number, or all (default main)",
    },
    dev: { type: "string", value: "LINK", values: "link", help: "Only those by this link" },
    ...FAMILY_FLAGS,
    ...LIST_FLAGS,
    quiet: { type: "boolean", short: "q", help: "Show only destinations" },
    ...NETNS_FLAG,
  },
  examples: ["wb net route ls", "wb net route ls table all -6", "wb net route ls dev eth0 -n 4242"],
};
