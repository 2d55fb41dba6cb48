import { routeAdd } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { netnsOption } from "../options/netns-option.ts";
import { ROUTE_ADD } from "./add-flags.ts";
import { routeSpec } from "./route-spec.ts";

/** `wb net route add`: ip-route(8). */
export const routeAddCommand: Command = netCommand(ROUTE_ADD, ({ flags, words: [to = ""] }) => {
  routeAdd(routeSpec("net route add", to, flags), { netns: netnsOption(flags.netns) });
  return 0;
});
