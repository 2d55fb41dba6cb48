import { NLM_F } from "../../netlink/message.ts";
import type { Where } from "../../netlink/open.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { restoring } from "../restore.ts";
import { findRoute } from "./find.ts";
import { type RouteSpec, routeBody } from "./spec.ts";

/**
 * Adds a route.
 *
 * Equivalent to `ip route add TO via … dev …`
 *
 * @throws NetlinkError EEXIST when there is one with this destination and metric, ENETUNREACH when no route leads to the
 *   gateway, ENETDOWN when the link is down
 * @example
 * routeAdd({ to: "default", via: "10.244.244.1" }, { netns: 4242 });
 */
export function routeAdd(route: RouteSpec, where: Where = {}): void {
  batch([planRouteAdd(route)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planRouteAdd(route: RouteSpec): Change {
  return {
    ...routeBody("add", route),
    message: "NEWROUTE",
    flags: NLM_F.CREATE | NLM_F.EXCL,
    undo: { ...routeBody("del", route), message: "DELROUTE", flags: 0 },
  };
}

/**
 * Adds a route, in place of the one with this destination and metric.
 *
 * Equivalent to `ip route replace TO via … dev …`
 */
export function routeReplace(route: RouteSpec, where: Where = {}): void {
  batch([planRouteReplace(route)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planRouteReplace(route: RouteSpec): Change {
  const body = routeBody("replace", route);
  return {
    ...body,
    message: "NEWROUTE",
    flags: NLM_F.CREATE | NLM_F.REPLACE,
    undo: restoring({
      message: "NEWROUTE",
      command: body.command,
      find: (socket) => findRoute(socket, route),
      otherwise: { ...routeBody("del", route), message: "DELROUTE", flags: 0 },
    }),
  };
}

/**
 * Deletes a route: the first one with what is given.
 *
 * Equivalent to `ip route del TO …`
 *
 * @throws NetlinkError ESRCH when there is none
 */
export function routeDelete(route: RouteSpec, where: Where = {}): void {
  batch([planRouteDelete(route)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planRouteDelete(route: RouteSpec): Change {
  const body = routeBody("del", route);
  return {
    ...body,
    message: "DELROUTE",
    flags: 0,
    undo: restoring({ message: "NEWROUTE", command: body.command, find: (socket) => findRoute(socket, route) }),
  };
}
