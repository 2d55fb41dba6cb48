import type { NetSpec } from "../net-spec.ts";
import { ROUTE_FLAGS } from "./route-settings.ts";

/** `wb net route replace`: ip-route(8). */
export const ROUTE_REPLACE: NetSpec<typeof ROUTE_FLAGS> = {
  name: "net route replace",
  summary: "Add a route, in place of the one to the same destination",
  aliases: ["net route change"],
  words: "TO [via ADDRESS] [dev LINK] [SETTING...]",
  count: { least: 1, most: 1 },
  text: `Add a route, in place of the one to the same destination, as ip route replace does. TO is default, a network or an
address.`,
  flags: ROUTE_FLAGS,
  examples: ["wb net route replace default via 10.244.244.254 -n blue"],
  ipWords: { proto: "protocol", preference: "metric" },
  completes: [["default"]],
};
