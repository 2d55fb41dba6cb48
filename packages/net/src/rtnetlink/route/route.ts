import { AF } from "@wb/syscall";
import type { Attribute } from "../../netlink/attribute.ts";
import type { Attributes } from "../../netlink/attributes.ts";
import { DecodeError } from "../../netlink/decode-error.ts";
import type { Message } from "../../netlink/message.ts";
import {
  nameIn,
  PROTOCOL,
  type Protocol,
  ROUTE_TYPE,
  type RouteType,
  SCOPE,
  type Scope,
  TABLE,
  type Table,
} from "../scope.ts";
import { RTA, RTNH_F, type RouteMetrics, rtmsg } from "./message.ts";

/** A route. Fields that it does not have are left out. */
export interface Route {
  readonly family: "inet" | "inet6" | number;
  readonly type: RouteType;
  /** `default`, or an address with the length of its prefix: `10.0.0.0/8`. */
  readonly to: string;
  readonly via?: string;
  /** The link's index. */
  readonly index?: number;
  /** The address that this host then sends from. */
  readonly src?: string;
  /** The source that it is for, of IPv6. */
  readonly from?: string;
  readonly metric?: number;
  readonly table: Table;
  readonly protocol: Protocol;
  readonly scope: Scope;
  readonly onlink: boolean;
  /** The link has no carrier. */
  readonly linkdown: boolean;
  readonly metrics?: Attributes<RouteMetrics>;
  /** Several ways, each with its share. */
  readonly nexthops?: readonly Nexthop[];
  /** Seconds until it goes. */
  readonly expires?: number;
  readonly unknown?: readonly Attribute[];
}

export interface Nexthop {
  readonly via?: string;
  readonly index: number;
  readonly weight: number;
}

/** Decodes an RTM_NEWROUTE or RTM_DELROUTE. @throws DecodeError */
export function parseRoute({ payload }: Pick<Message, "payload">): Route {
  if (payload.length < rtmsg.size) throw new DecodeError(`struct rtmsg: ${payload.length} bytes`);
  const header = rtmsg.decode(payload);
  const found = RTA.decode(payload.subarray(rtmsg.size));
  const { dst, src, gateway, oif, prefsrc, priority, metrics, multipath, expires, unknown } = found;
  return {
    family: nameIn({ inet: AF.INET, inet6: AF.INET6 }, header.rtm_family),
    type: nameIn(ROUTE_TYPE, header.rtm_type),
    to: dst === undefined ? "default" : `${dst}/${header.rtm_dst_len}`,
    ...(gateway === undefined ? {} : { via: gateway }),
    ...(oif === undefined ? {} : { index: oif }),
    ...(prefsrc === undefined ? {} : { src: prefsrc }),
    ...(src === undefined ? {} : { from: `${src}/${header.rtm_src_len}` }),
    ...(priority === undefined ? {} : { metric: priority }),
    table: nameIn(TABLE, found.table ?? header.rtm_table),
    protocol: nameIn(PROTOCOL, header.rtm_protocol),
    scope: nameIn(SCOPE, header.rtm_scope),
    onlink: (header.rtm_flags & RTNH_F.ONLINK) !== 0,
    linkdown: (header.rtm_flags & RTNH_F.LINKDOWN) !== 0,
    ...(metrics === undefined ? {} : { metrics }),
    ...(multipath === undefined
      ? {}
      : {
          nexthops: multipath.map(({ index, hops, attributes: { gateway: via } }) => ({
            ...(via === undefined ? {} : { via }),
            index,
            weight: hops + 1,
          })),
        }),
    ...(expires === undefined ? {} : { expires }),
    ...(unknown === undefined ? {} : { unknown }),
  };
}
