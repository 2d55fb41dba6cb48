import { s32, struct, type Struct, u16, u32, u8 } from "@wb/syscall";
import { ip } from "../../ip.ts";
import { attributes, type AttributeTable } from "../../netlink/attributes.ts";
import { be16, integer, mac, structure } from "../../netlink/codec.ts";

/** `struct ndmsg`, linux/neighbour.h. */
export interface Ndmsg {
  readonly ndm_family: number;
  readonly ndm_ifindex: number;
  readonly ndm_state: number;
  readonly ndm_flags: number;
  readonly ndm_type: number;
}

export const ndmsg: Struct<Ndmsg> = struct<Ndmsg>(
  "ndmsg",
  { ndm_family: u8, ndm_ifindex: s32, ndm_state: u16, ndm_flags: u8, ndm_type: u8 },
  {},
  { offsets: { ndm_ifindex: 4 } },
);

/** NUD_*, linux/neighbour.h. */
export const NUD = {
  none: 0,
  incomplete: 0x01,
  reachable: 0x02,
  stale: 0x04,
  delay: 0x08,
  probe: 0x10,
  failed: 0x20,
  noarp: 0x40,
  permanent: 0x80,
} as const;

/** NTF_*, linux/neighbour.h. */
export const NTF = { USE: 1, SELF: 2, MASTER: 4, PROXY: 8, EXT_LEARNED: 16, ROUTER: 128 } as const;

/** `struct nda_cacheinfo`: times in 1/100 s. */
interface NdaCacheinfo {
  readonly ndm_confirmed: number;
  readonly ndm_used: number;
  readonly ndm_updated: number;
  readonly ndm_refcnt: number;
}

const cacheinfo = struct<NdaCacheinfo>("nda_cacheinfo", {
  ndm_confirmed: u32,
  ndm_used: u32,
  ndm_updated: u32,
  ndm_refcnt: u32,
});

/** NDA_*, linux/neighbour.h. */
export interface NeighAttributes {
  readonly dst: string;
  readonly lladdr: string;
  readonly cacheinfo: NdaCacheinfo;
  readonly probes: number;
  readonly vlan: number;
  readonly port: number;
  readonly vni: number;
  readonly ifindex: number;
  readonly master: number;
  readonly protocol: number;
}

export const NDA: AttributeTable<NeighAttributes> = attributes<NeighAttributes>("NDA", {
  dst: [1, ip],
  lladdr: [2, mac],
  cacheinfo: [3, structure(cacheinfo)],
  probes: [4, integer(u32)],
  vlan: [5, integer(u16)],
  port: [6, be16],
  vni: [7, integer(u32)],
  ifindex: [8, integer(u32)],
  master: [9, integer(u32)],
  protocol: [12, integer(u8)],
});
