import { routeDelete } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { netnsOption } from "../options/netns-option.ts";
import { ROUTE_DEL } from "./del-flags.ts";
import { routeSpec } from "./route-spec.ts";

/** `wb net route del`: ip-route(8). */
export const routeDeleteCommand: Command = netCommand(ROUTE_DEL, ({ flags, words: [to = ""] }) => {
  routeDelete(routeSpec("net route del", to, flags), { netns: netnsOption(flags.netns) });
  return 0;
});
