import { struct, u16, u32, u8 } from "@wb/syscall";
import { ip } from "../../ip.ts";
import { type Attributes, attributes, type AttributeTable } from "../../netlink/attributes.ts";
import { be16, bool8, bytes, type Codec, integer, named, structure } from "../../netlink/codec.ts";
import { BR, type BridgeData } from "./bridge.ts";

/** IFLA_VLAN_*. */
export interface VlanData {
  /** 0 to 4095. */
  readonly id: number;
  readonly protocol: "802.1Q" | "802.1ad" | number;
  /** VLAN_FLAG_*: 1 reorder_hdr, 2 gvrp, 4 loose_binding, 8 mvrp, 16 bridge_binding. */
  readonly flags: { readonly flags: number; readonly mask: number };
}

const vlanFlags = struct<VlanData["flags"]>("ifla_vlan_flags", { flags: u32, mask: u32 });

const VLAN: AttributeTable<VlanData> = attributes<VlanData>("IFLA_VLAN", {
  id: [1, integer(u16)],
  flags: [2, structure(vlanFlags)],
  protocol: [5, named(be16, { "802.1Q": 0x8100, "802.1ad": 0x88a8 })],
});

/** IFLA_MACVLAN_*. */
export interface MacvlanData {
  readonly mode: "private" | "vepa" | "bridge" | "passthru" | "source" | number;
  readonly flags: number;
}

const MACVLAN: AttributeTable<MacvlanData> = attributes<MacvlanData>("IFLA_MACVLAN", {
  mode: [1, named(integer(u32), { private: 1, vepa: 2, bridge: 4, passthru: 8, source: 16 })],
  flags: [2, integer(u16)],
});

/** IFLA_IPVLAN_*. */
export interface IpvlanData {
  readonly mode: "l2" | "l3" | "l3s" | number;
  readonly flags: "bridge" | "private" | "vepa" | number;
}

const IPVLAN: AttributeTable<IpvlanData> = attributes<IpvlanData>("IFLA_IPVLAN", {
  mode: [1, named(integer(u16), { l2: 0, l3: 1, l3s: 2 })],
  flags: [2, named(integer(u16), { bridge: 0, private: 1, vepa: 2 })],
});

/** IFLA_VXLAN_*. */
export interface VxlanData {
  readonly id: number;
  /** A multicast group, or the one host that it leads to. */
  readonly group: string;
  readonly group6: string;
  /** The index of the link that carries it. */
  readonly link: number;
  readonly local: string;
  readonly local6: string;
  readonly ttl: number;
  readonly tos: number;
  readonly learning: boolean;
  /** Seconds. */
  readonly ageing: number;
  readonly limit: number;
  readonly proxy: boolean;
  readonly dstport: number;
  readonly udpCsum: boolean;
  readonly external: boolean;
}

const VXLAN: AttributeTable<VxlanData> = attributes<VxlanData>("IFLA_VXLAN", {
  id: [1, integer(u32)],
  group: [2, ip],
  link: [3, integer(u32)],
  local: [4, ip],
  ttl: [5, integer(u8)],
  tos: [6, integer(u8)],
  learning: [7, bool8],
  ageing: [8, integer(u32)],
  limit: [9, integer(u32)],
  proxy: [11, bool8],
  dstport: [15, be16],
  group6: [16, ip],
  local6: [17, ip],
  udpCsum: [18, bool8],
  external: [25, bool8],
});

/** VETH_INFO_*, linux/veth.h: an ifinfomsg with attributes of the other end. In requests alone. */
const VETH: AttributeTable<{ readonly peer: Uint8Array }> = attributes("VETH_INFO", { peer: [1, bytes] });

/** What a link of a kind has for data, as `linkAdd` takes and `linkGet` returns them. Kinds without data have `{}`. */
export interface KindData {
  readonly bridge: Attributes<BridgeData>;
  readonly dummy: Record<string, never>;
  readonly ifb: Record<string, never>;
  readonly ipvlan: Attributes<IpvlanData>;
  readonly macvlan: Attributes<MacvlanData>;
  readonly macvtap: Attributes<MacvlanData>;
  readonly veth: Record<string, never>;
  readonly vlan: Attributes<VlanData>;
  readonly vxlan: Attributes<VxlanData>;
}

/** The codecs of IFLA_INFO_DATA. The data of other kinds stay bytes. */
export const KINDS: Readonly<Record<string, Codec<object>>> = {
  bridge: BR,
  vlan: VLAN,
  macvlan: MACVLAN,
  macvtap: MACVLAN,
  ipvlan: IPVLAN,
  vxlan: VXLAN,
  veth: VETH,
};
