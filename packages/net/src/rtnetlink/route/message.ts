import { s32, struct, type Struct, u16, u32, u8 } from "@wb/syscall";
import { ip } from "../../ip.ts";
import { type Attributes, attributes, type AttributeTable } from "../../netlink/attributes.ts";
import { type Codec, integer } from "../../netlink/codec.ts";
import { DecodeError } from "../../netlink/decode-error.ts";

/** `struct rtmsg`, rtnetlink(7), linux/rtnetlink.h. */
export interface Rtmsg {
  readonly rtm_family: number;
  readonly rtm_dst_len: number;
  readonly rtm_src_len: number;
  readonly rtm_tos: number;
  /** Below 256; RTA_TABLE has any. */
  readonly rtm_table: number;
  readonly rtm_protocol: number;
  readonly rtm_scope: number;
  readonly rtm_type: number;
  readonly rtm_flags: number;
}

export const rtmsg: Struct<Rtmsg> = struct<Rtmsg>("rtmsg", {
  rtm_family: u8,
  rtm_dst_len: u8,
  rtm_src_len: u8,
  rtm_tos: u8,
  rtm_table: u8,
  rtm_protocol: u8,
  rtm_scope: u8,
  rtm_type: u8,
  rtm_flags: u32,
});

/** RTNH_F_*, linux/rtnetlink.h, and RTM_F_* of the same word. */
export const RTNH_F = { DEAD: 1, PERVASIVE: 2, ONLINK: 4, OFFLOAD: 8, LINKDOWN: 16, UNRESOLVED: 32 } as const;
export const RTM_F = { CLONED: 0x200, LOOKUP_TABLE: 0x1000 } as const;

/** RTAX_*, linux/rtnetlink.h: metrics of TCP and of the path. */
export interface RouteMetrics {
  readonly lock: number;
  readonly mtu: number;
  readonly window: number;
  readonly rtt: number;
  readonly rttvar: number;
  readonly ssthresh: number;
  readonly cwnd: number;
  readonly advmss: number;
  readonly reordering: number;
  readonly hoplimit: number;
  readonly initcwnd: number;
  readonly features: number;
  readonly rtoMin: number;
  readonly initrwnd: number;
  readonly quickack: number;
}

const RTAX = attributes<RouteMetrics>("RTAX", {
  lock: [1, integer(u32)],
  mtu: [2, integer(u32)],
  window: [3, integer(u32)],
  rtt: [4, integer(u32)],
  rttvar: [5, integer(u32)],
  ssthresh: [6, integer(u32)],
  cwnd: [7, integer(u32)],
  advmss: [8, integer(u32)],
  reordering: [9, integer(u32)],
  hoplimit: [10, integer(u32)],
  initcwnd: [11, integer(u32)],
  features: [12, integer(u32)],
  rtoMin: [13, integer(u32)],
  initrwnd: [14, integer(u32)],
  quickack: [15, integer(u32)],
});

/** `struct rtnexthop` with its attributes: one of several ways. */
export interface NexthopMessage {
  readonly flags: number;
  /** The weight, less 1. */
  readonly hops: number;
  readonly index: number;
  readonly attributes: Attributes<RouteAttributes>;
}

/** RTA_*, rtnetlink(7), linux/rtnetlink.h. */
export interface RouteAttributes {
  readonly dst: string;
  readonly src: string;
  readonly iif: number;
  readonly oif: number;
  readonly gateway: string;
  readonly priority: number;
  readonly prefsrc: string;
  readonly metrics: Attributes<RouteMetrics>;
  readonly multipath: readonly NexthopMessage[];
  readonly flow: number;
  readonly table: number;
  readonly mark: number;
  readonly pref: number;
  readonly expires: number;
  readonly uid: number;
  readonly nhId: number;
}

const rtnexthop = struct<{ rtnh_len: number; rtnh_flags: number; rtnh_hops: number; rtnh_ifindex: number }>(
  "rtnexthop",
  {
    rtnh_len: u16,
    rtnh_flags: u8,
    rtnh_hops: u8,
    rtnh_ifindex: s32,
  },
);

const multipath: Codec<readonly NexthopMessage[]> = {
  encode: (nexthops) =>
    Buffer.concat(
      nexthops.map(({ flags, hops, index, attributes: own }) => {
        const content = RTA.encode(own);
        const length = rtnexthop.size + content.length;
        const header = { rtnh_len: length, rtnh_flags: flags, rtnh_hops: hops, rtnh_ifindex: index };
        return Buffer.concat([rtnexthop.encode(header), content]);
      }),
    ),
  decode: (data) => {
    const nexthops: NexthopMessage[] = [];
    for (let start = 0; data.length - start >= rtnexthop.size;) {
      const header = rtnexthop.decode(data.subarray(start));
      const { rtnh_len: length } = header;
      if (length < rtnexthop.size || length > data.length - start)
        throw new DecodeError(`[${nexthops.length}]: a length of ${length}, and ${data.length - start} bytes left`);
      const own = RTA.decode(data.subarray(start + rtnexthop.size, start + length));
      nexthops.push({ flags: header.rtnh_flags, hops: header.rtnh_hops, index: header.rtnh_ifindex, attributes: own });
      start += (length + 3) & ~3;
    }
    return nexthops;
  },
};

export const RTA: AttributeTable<RouteAttributes> = attributes<RouteAttributes>("RTA", {
  dst: [1, ip],
  src: [2, ip],
  iif: [3, integer(u32)],
  oif: [4, integer(u32)],
  gateway: [5, ip],
  priority: [6, integer(u32)],
  prefsrc: [7, ip],
  metrics: [8, RTAX],
  multipath: [9, multipath],
  flow: [11, integer(u32)],
  table: [15, integer(u32)],
  mark: [16, integer(u32)],
  pref: [20, integer(u8)],
  expires: [23, integer(u32)],
  uid: [25, integer(u32)],
  nhId: [30, integer(u32)],
});
