import { AF, s32, struct, type Struct, u16, u32, u64, u8 } from "@wb/syscall";
import { type Attributes, attributes, type AttributeTable, type Rows } from "../../netlink/attributes.ts";
import { array, bool8, cstring, indexed, integer, list, mac, named, structure } from "../../netlink/codec.ts";
import { LINK_INFO, type LinkInfo } from "./info.ts";

/** `struct ifinfomsg`, rtnetlink(7), linux/rtnetlink.h. */
export interface Ifinfomsg {
  readonly ifi_family: number;
  /** ARPHRD_*: 1 is Ethernet. */
  readonly ifi_type: number;
  readonly ifi_index: number;
  /** IFF_*, netdevice(7). */
  readonly ifi_flags: number;
  /** The flags that are to be changed. */
  readonly ifi_change: number;
}

export const ifinfomsg: Struct<Ifinfomsg> = struct<Ifinfomsg>(
  "ifinfomsg",
  { ifi_family: u8, ifi_type: u16, ifi_index: s32, ifi_flags: u32, ifi_change: u32 },
  {},
  { offsets: { ifi_type: 2 } },
);

/** `struct rtnl_link_stats64`, linux/if_link.h, without the kinds of errors. */
export interface LinkStats {
  readonly rxPackets: bigint;
  readonly txPackets: bigint;
  readonly rxBytes: bigint;
  readonly txBytes: bigint;
  readonly rxErrors: bigint;
  readonly txErrors: bigint;
  readonly rxDropped: bigint;
  readonly txDropped: bigint;
  readonly multicast: bigint;
  readonly collisions: bigint;
}

const stats64 = struct<LinkStats>("rtnl_link_stats64", {
  rxPackets: u64,
  txPackets: u64,
  rxBytes: u64,
  txBytes: u64,
  rxErrors: u64,
  txErrors: u64,
  rxDropped: u64,
  txDropped: u64,
  multicast: u64,
  collisions: u64,
});

/** RFC 2863, linux/if.h. */
const OPERSTATE = { UNKNOWN: 0, NOTPRESENT: 1, DOWN: 2, LOWERLAYERDOWN: 3, TESTING: 4, DORMANT: 5, UP: 6 } as const;
export type OperState = keyof typeof OPERSTATE;

/** How IPv6 makes link-local addresses, IN6_ADDR_GEN_MODE_* of linux/if_link.h. */
const ADDR_GEN_MODE = { eui64: 0, none: 1, "stable-privacy": 2, random: 3 } as const;
export type AddrGenMode = keyof typeof ADDR_GEN_MODE;

/** IFLA_*, rtnetlink(7), linux/if_link.h. */
interface CommonAttributes {
  readonly address: string;
  readonly broadcast: string;
  readonly name: string;
  readonly mtu: number;
  readonly link: number;
  readonly qdisc: string;
  readonly master: number;
  readonly txqlen: number;
  readonly operstate: OperState | number;
  readonly linkmode: number;
  readonly info: LinkInfo;
  readonly netNsPid: number;
  readonly alias: string;
  readonly stats: LinkStats;
  readonly group: number;
  readonly netNsFd: number;
  readonly extMask: number;
  readonly promiscuity: number;
  readonly numTxQueues: number;
  readonly numRxQueues: number;
  readonly carrier: boolean;
  readonly linkNetnsid: number;
  readonly newNetnsid: number;
  readonly newIfindex: number;
  readonly minMtu: number;
  readonly maxMtu: number;
  readonly altNames: readonly string[];
  /** To find a link by a name of more than 15 bytes. */
  readonly altName: string;
  readonly permAddress: string;
}

/** What is in a message from the kernel. */
export interface LinkAttributes extends CommonAttributes {
  readonly afSpec: Attributes<AfSpec>;
}

/** What is in one to the kernel. */
export interface LinkRequestAttributes extends CommonAttributes {
  readonly afSpec: Attributes<AfSpecRequest>;
}

interface AfSpec {
  readonly inet: Attributes<{ readonly conf: readonly number[] }>;
  readonly inet6: Attributes<Inet6>;
}

interface AfSpecRequest {
  readonly inet: Attributes<{ readonly conf: Readonly<Record<number, number>> }>;
  readonly inet6: Attributes<Inet6>;
}

interface Inet6 {
  readonly addrGenMode: AddrGenMode | number;
}

const inet6 = attributes<Inet6>("IFLA_INET6", { addrGenMode: [8, named(integer(u8), ADDR_GEN_MODE)] });

const common: Rows<CommonAttributes> = {
  address: [1, mac],
  broadcast: [2, mac],
  name: [3, cstring],
  mtu: [4, integer(u32)],
  link: [5, integer(u32)],
  qdisc: [6, cstring],
  master: [10, integer(u32)],
  txqlen: [13, integer(u32)],
  operstate: [16, named(integer(u8), OPERSTATE)],
  linkmode: [17, integer(u8)],
  info: [18, LINK_INFO],
  netNsPid: [19, integer(u32)],
  alias: [20, cstring],
  stats: [23, structure(stats64)],
  group: [27, integer(u32)],
  netNsFd: [28, integer(u32)],
  extMask: [29, integer(u32)],
  promiscuity: [30, integer(u32)],
  numTxQueues: [31, integer(u32)],
  numRxQueues: [32, integer(u32)],
  carrier: [33, bool8],
  linkNetnsid: [37, integer(s32)],
  newNetnsid: [45, integer(s32)],
  newIfindex: [49, integer(s32)],
  minMtu: [50, integer(u32)],
  maxMtu: [51, integer(u32)],
  altNames: [52, list(53, cstring)],
  altName: [53, cstring],
  permAddress: [54, mac],
};

/** Messages from the kernel. */
export const IFLA: AttributeTable<LinkAttributes> = attributes<LinkAttributes>("IFLA", {
  ...common,
  afSpec: [
    26,
    attributes<AfSpec>("IFLA_AF_SPEC", {
      inet: [AF.INET, attributes("IFLA_INET", { conf: [1, array(u32)] })],
      inet6: [AF.INET6, inet6],
    }),
  ],
});

/** Messages to the kernel: IFLA_INET_CONF has another form there. */
export const IFLA_REQUEST: AttributeTable<LinkRequestAttributes> = attributes<LinkRequestAttributes>("IFLA", {
  ...common,
  afSpec: [
    26,
    attributes<AfSpecRequest>("IFLA_AF_SPEC", {
      inet: [AF.INET, attributes("IFLA_INET", { conf: [1, indexed(integer(u32))] })],
      inet6: [AF.INET6, inet6],
    }),
  ],
});
