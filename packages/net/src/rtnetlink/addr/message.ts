import { s32, struct, type Struct, u32, u8 } from "@wb/syscall";
import { ip } from "../../ip.ts";
import { attributes, type AttributeTable } from "../../netlink/attributes.ts";
import { cstring, integer, structure } from "../../netlink/codec.ts";

/** `struct ifaddrmsg`, rtnetlink(7), linux/if_addr.h. */
export interface Ifaddrmsg {
  readonly ifa_family: number;
  readonly ifa_prefixlen: number;
  readonly ifa_flags: number;
  readonly ifa_scope: number;
  readonly ifa_index: number;
}

export const ifaddrmsg: Struct<Ifaddrmsg> = struct<Ifaddrmsg>("ifaddrmsg", {
  ifa_family: u8,
  ifa_prefixlen: u8,
  ifa_flags: u8,
  ifa_scope: u8,
  ifa_index: u32,
});

/** IFA_F_*, linux/if_addr.h. */
export const IFA_F = {
  SECONDARY: 0x1,
  NODAD: 0x2,
  OPTIMISTIC: 0x4,
  DADFAILED: 0x8,
  HOMEADDRESS: 0x10,
  DEPRECATED: 0x20,
  TENTATIVE: 0x40,
  PERMANENT: 0x80,
  MANAGETEMPADDR: 0x100,
  NOPREFIXROUTE: 0x200,
  MCAUTOJOIN: 0x400,
  STABLE_PRIVACY: 0x800,
} as const;

/** `struct ifa_cacheinfo`, linux/if_addr.h: lifetimes in seconds, times in 1/100 s since boot. */
interface IfaCacheinfo {
  readonly ifa_prefered: number;
  readonly ifa_valid: number;
  readonly cstamp: number;
  readonly tstamp: number;
}

const cacheinfo = struct<IfaCacheinfo>("ifa_cacheinfo", {
  ifa_prefered: u32,
  ifa_valid: u32,
  cstamp: u32,
  tstamp: u32,
});

/** IFA_*, rtnetlink(7), linux/if_addr.h. */
export interface AddrAttributes {
  /** The network's address, which is the other end's on a point-to-point link. */
  readonly address: string;
  readonly local: string;
  readonly label: string;
  readonly broadcast: string;
  readonly anycast: string;
  readonly cacheinfo: IfaCacheinfo;
  readonly multicast: string;
  readonly flags: number;
  readonly metric: number;
  readonly targetNetnsid: number;
  readonly proto: number;
}

export const IFA: AttributeTable<AddrAttributes> = attributes<AddrAttributes>("IFA", {
  address: [1, ip],
  local: [2, ip],
  label: [3, cstring],
  broadcast: [4, ip],
  anycast: [5, ip],
  cacheinfo: [6, structure(cacheinfo)],
  multicast: [7, ip],
  flags: [8, integer(u32)],
  metric: [9, integer(u32)],
  targetNetnsid: [10, integer(s32)],
  proto: [11, integer(u8)],
});
