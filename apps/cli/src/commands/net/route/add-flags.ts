import type { NetSpec } from "../net-spec.ts";
import { ROUTE_FLAGS } from "./route-settings.ts";

/** `wb net route add`: ip-route(8). */
export const ROUTE_ADD: NetSpec<typeof ROUTE_FLAGS> = {
  name: "net route add",
  summary: "Add a route",
  words: "TO [via ADDRESS] [dev LINK] [SETTING...]",
  count: { least: 1, most: 1 },
  text: `Add a route, as ip route add does. TO is default, a network or an address.`,
  flags: ROUTE_FLAGS,
  examples: ["wb net route add default via 10.244.244.1 -n 4242", "wb net route add 10.1.0.0/16 dev web0 metric 100"],
  ipWords: { proto: "protocol", preference: "metric" },
  completes: [["default"]],
};
