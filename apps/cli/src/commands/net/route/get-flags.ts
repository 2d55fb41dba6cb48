import { LIST_FLAGS, NETNS_FLAG } from "../common-flags.ts";
import type { NetFlags, NetSpec } from "../net-spec.ts";

/** `wb net route get`: ip-route(8). */
export const ROUTE_GET: NetSpec<NetFlags<"format" | "netns">> = {
  name: "net route get",
  summary: "Show the route that a packet takes",
  words: "ADDRESS",
  count: { least: 1, most: 1 },
  text: `Show the route that a packet to an address takes, as ip route get does.`,
  flags: {
    format: LIST_FLAGS.format,
    ...NETNS_FLAG,
  },
  examples: ["wb net route get 192.0.2.1", "wb net route get fd00::2 --format '{{.Dev}}' -n blue"],
};
