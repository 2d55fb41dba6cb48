import { routeReplace } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { netnsOption } from "../options/netns-option.ts";
import { ROUTE_REPLACE } from "./replace-flags.ts";
import { routeSpec } from "./route-spec.ts";

/** `wb net route replace`: ip-route(8). */
export const routeReplaceCommand: Command = netCommand(ROUTE_REPLACE, ({ flags, words: [to = ""] }) => {
  routeReplace(routeSpec("net route replace", to, flags), { netns: netnsOption(flags.netns) });
  return 0;
});
