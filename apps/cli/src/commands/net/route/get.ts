import { openNetlink, routeGet } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { printList } from "../options/list-of.ts";
import { netnsOption } from "../options/netns-option.ts";
import { ipOption } from "../options/values.ts";
import { ROUTE_GET } from "./get-flags.ts";
import { routeRows, ROUTES } from "./route-list.ts";

/** `wb net route get`: ip-route(8). */
export const routeGetCommand: Command = netCommand(ROUTE_GET, ({ flags, words: [word = ""] }) => {
  const address = ipOption("net route get", "ADDRESS", word) ?? word;
  using socket = openNetlink("route", { netns: netnsOption(flags.netns) });
  const route = routeGet(address, socket);
  return printList(ROUTES, routeRows(route === undefined ? [] : [route], socket), flags);
});
