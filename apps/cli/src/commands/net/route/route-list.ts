import { linkList, type Route, type Where } from "@wb/net";
import type { NetList } from "../options/list-of.ts";

/** A route, with the name of the link that it leads by. */
export interface RouteRow extends Route {
  readonly dev: string;
  /** The gateway; of several ways, all of them with their links and weights. */
  readonly ways: string;
}

/** Adds the names of links to routes of a network namespace. */
export function routeRows(routes: readonly Route[], where: Where): RouteRow[] {
  const names = new Map(linkList(where).map(({ index, name }) => [index, name]));
  const nameOf = (index: number): string => names.get(index) ?? `if${index}`;
  return routes.map((route) => ({
    ...route,
    dev: route.index === undefined ? "" : nameOf(route.index),
    ways:
      route.nexthops?.map(({ via, index, weight }) => `${via ?? "-"} ${nameOf(index)} ${weight}`).join(", ") ??
      route.via ??
      "",
  }));
}

type RouteField = "Dev" | "Family" | "Metric" | "Mtu" | "Protocol" | "Scope" | "Src" | "Table" | "To" | "Type" | "Via";

/** `wb net route ls`, `wb net route get`. */
export const ROUTES: NetList<RouteField, RouteRow> = {
  columns: {
    Dev: { header: "LINK", value: ({ dev }) => dev },
    Family: { header: "FAMILY", value: ({ family }) => String(family) },
    Metric: { header: "METRIC", value: ({ metric = "" }) => String(metric) },
    Mtu: { header: "MTU", value: ({ metrics }) => String(metrics?.mtu ?? "") },
    Protocol: { header: "PROTOCOL", value: ({ protocol }) => String(protocol) },
    Scope: { header: "SCOPE", value: ({ scope }) => String(scope) },
    Src: { header: "SRC", value: ({ src = "" }) => src },
    Table: { header: "TABLE", value: ({ table }) => String(table) },
    To: { header: "TO", value: destination },
    Type: { header: "TYPE", value: ({ type }) => String(type) },
    Via: { header: "VIA", value: ({ ways }) => ways },
  },
  fields: ["To", "Via", "Dev", "Src", "Metric", "Protocol", "Scope", "Type"],
  name: destination,
};

/** One address has no length, as for ip(8). */
function destination({ to }: RouteRow): string {
  return to.includes(":") ? to.replace(/\/128$/, "") : to.replace(/\/32$/, "");
}
