import { openNetlink, routeList } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { netCommand } from "../net-command.ts";
import { familyOption } from "../options/family-option.ts";
import { printList } from "../options/list-of.ts";
import { netnsOption } from "../options/netns-option.ts";
import { TABLES } from "../options/route-words.ts";
import { wordOrNumber } from "../options/values.ts";
import { ROUTE_LS } from "./ls-flags.ts";
import { routeRows, ROUTES } from "./route-list.ts";

/** `wb net route ls`: ip-route(8). */
export const routeListCommand: Command = netCommand(ROUTE_LS, ({ flags }) => {
  const family = familyOption("net route ls", flags);
  const table = wordOrNumber("net route ls", "--table", flags.table, [...TABLES, "all"]) ?? "main";
  using socket = openNetlink("route", { netns: netnsOption(flags.netns) });
  const routes = routeList(socket, { table, ...(family === undefined ? {} : { family }) });
  const rows = routeRows(routes, socket).filter(({ dev }) => flags.dev === undefined || dev === flags.dev);
  return printList(ROUTES, rows, flags);
});
