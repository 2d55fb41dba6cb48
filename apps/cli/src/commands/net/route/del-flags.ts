import type { NetSpec } from "../net-spec.ts";
import { ROUTE_FLAGS } from "./route-settings.ts";

/** `wb net route del`: ip-route(8). */
export const ROUTE_DEL: NetSpec<typeof ROUTE_FLAGS> = {
  name: "net route del",
  summary: "Remove a route",
  aliases: ["delete", "remove", "rm"].map((verb) => `net route ${verb}`),
  words: "TO [via ADDRESS] [dev LINK] [SETTING...]",
  count: { least: 1, most: 1 },
  text: `Remove a route, as ip route del does. TO is default, a network or an address. The first one with all that is given goes.`,
  flags: ROUTE_FLAGS,
  examples: ["wb net route del default -n blue", "wb net route del 10.1.0.0/16 dev web0"],
  ipWords: { proto: "protocol", preference: "metric" },
  completes: [["default"]],
};
