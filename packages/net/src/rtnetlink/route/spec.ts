import { AF } from "@wb/syscall";
import { familyOf, parsePrefix, type Prefix } from "../../ip.ts";
import { NetError } from "../../net-error.ts";
import type { Change, ChangeContext } from "../change.ts";
import { numberOf, PROTOCOL, type Protocol, ROUTE_TYPE, SCOPE, type Scope, TABLE, type Table } from "../scope.ts";
import { type NexthopMessage, RTA, RTNH_F, type RouteMetrics, rtmsg } from "./message.ts";

/** A route to be made or deleted, in the words of ip-route(8). */
export interface RouteSpec {
  /** `default`, an address, or a network: `10.0.0.0/8`. */
  readonly to: string;
  /** The gateway. */
  readonly via?: string;
  readonly dev?: string | number;
  /** The address that this host then sends from. */
  readonly src?: string;
  /** The lower one wins; in IPv6 0 is 1024. */
  readonly metric?: number;
  /** Default `main`; of type local `local`. */
  readonly table?: Table;
  /** Default `unicast`. */
  readonly type?: keyof typeof ROUTE_TYPE;
  readonly scope?: Scope;
  /** Default `boot`. */
  readonly protocol?: Protocol;
  /** The gateway is on the link, although no route says so. */
  readonly onlink?: boolean;
  /** mtu, advmss, initcwnd… */
  readonly metrics?: Partial<RouteMetrics>;
  /** Several ways in place of `via` and `dev`. */
  readonly nexthops?: readonly {
    readonly via?: string;
    readonly dev?: string | number;
    /** 1 to 256. Default 1. */
    readonly weight?: number;
    readonly onlink?: boolean;
  }[];
  /** Where neither an address nor a gateway says it: `default` by a link alone. Default `inet`. */
  readonly family?: "inet" | "inet6";
}

/** What the messages about a route have in common. @throws NetError WB_NET_VALUE */
export function routeBody(
  verb: "add" | "replace" | "del",
  route: RouteSpec,
): Pick<Change, "command" | "payload" | "dev"> {
  const { to, via, dev, src, metric, onlink = false, metrics, nexthops } = route;
  const family = routeFamily(route);
  const prefix = destination(to);
  const deleting = verb === "del";
  const type = numberOf(ROUTE_TYPE, route.type ?? (deleting ? "unspec" : "unicast"));
  const table = tableOf(route);
  const header = {
    rtm_family: family,
    rtm_dst_len: prefix?.length ?? 0,
    rtm_table: table < 256 ? table : TABLE.unspec,
    rtm_protocol: numberOf(PROTOCOL, route.protocol ?? (deleting ? "unspec" : "boot")),
    rtm_scope: route.scope === undefined ? defaultScope(route, family, deleting) : numberOf(SCOPE, route.scope),
    rtm_type: type,
    rtm_flags: onlink ? RTNH_F.ONLINK : 0,
  };
  if (via !== undefined && familyOf(via) !== family)
    throw new NetError("WB_NET_VALUE", `the gateway ${via} of ${to} is of another family`);
  return {
    command: `ip route ${verb} ${textOf(route)}`,
    payload: (context) =>
      Buffer.concat([
        rtmsg.encode(header),
        RTA.encode({
          ...(prefix === undefined ? {} : { dst: prefix.address }),
          ...(dev === undefined ? {} : { oif: context.index(dev) }),
          ...(via === undefined ? {} : { gateway: via }),
          ...(metric === undefined ? {} : { priority: metric }),
          ...(src === undefined ? {} : { prefsrc: src }),
          ...(metrics === undefined ? {} : { metrics }),
          ...(nexthops === undefined ? {} : { multipath: nexthops.map((one) => nexthop(one, context)) }),
          ...(table < 256 ? {} : { table }),
        }),
      ]),
    ...(dev === undefined ? {} : { dev }),
  };
}

/** Undefined for `default`. @throws NetError WB_NET_VALUE */
export function destination(to: string): Prefix | undefined {
  if (to === "default") return undefined;
  const prefix = parsePrefix(to);
  return prefix.length === 0 ? undefined : prefix;
}

/** AF_INET or AF_INET6, by the first address there is. */
export function routeFamily({ to, via, src, nexthops, family }: RouteSpec): number {
  const address =
    to === "default" ? (via ?? nexthops?.find((one) => one.via !== undefined)?.via ?? src) : parsePrefix(to).address;
  if (address !== undefined) return familyOf(address);
  return family === "inet6" ? AF.INET6 : AF.INET;
}

/** The number of its table. */
export function tableOf({ table, type }: RouteSpec): number {
  return numberOf(TABLE, table ?? (type === "local" || type === "broadcast" || type === "anycast" ? "local" : "main"));
}

/** As iproute_modify() of iproute2 has it. */
function defaultScope({ type = "unicast", via, nexthops }: RouteSpec, family: number, deleting: boolean): number {
  if (family === AF.INET6) return SCOPE.global;
  if (type === "local") return SCOPE.host;
  if (type === "broadcast" || type === "multicast" || type === "anycast") return SCOPE.link;
  if (type !== "unicast") return SCOPE.global;
  if (deleting) return SCOPE.nowhere;
  return via === undefined && nexthops === undefined ? SCOPE.link : SCOPE.global;
}

function nexthop(
  { via, dev, weight = 1, onlink = false }: NonNullable<RouteSpec["nexthops"]>[number],
  { index }: ChangeContext,
): NexthopMessage {
  return {
    flags: onlink ? RTNH_F.ONLINK : 0,
    hops: weight - 1,
    index: dev === undefined ? 0 : index(dev),
    attributes: via === undefined ? {} : { gateway: via },
  };
}

function textOf({ to, type, nexthops, metrics, ...rest }: RouteSpec): string {
  return [
    ...(type === undefined ? [] : [type]),
    to,
    ...Object.entries(rest).map(([name, value]) => (value === true ? name : `${name} ${String(value)}`)),
    ...Object.entries(metrics ?? {}).map(([name, value]) => `${name} ${value}`),
    ...(nexthops ?? []).map(
      ({ via, dev, weight }) =>
        `nexthop${via === undefined ? "" : ` via ${via}`}${dev === undefined ? "" : ` dev ${dev}`}${weight === undefined ? "" : ` weight ${weight}`}`,
    ),
  ].join(" ");
}
