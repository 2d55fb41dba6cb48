import { u16, u32, u8 } from "@wb/syscall";
import { attributes, type AttributeTable } from "../../netlink/attributes.ts";
import { be16, bool8, integer, mac, named } from "../../netlink/codec.ts";

/** IFLA_BR_*, linux/if_link.h, in the words of ip-link(8), "BRIDGE Type Support". Times are 1/100 s. */
export interface BridgeData {
  readonly forwardDelay: number;
  readonly helloTime: number;
  readonly maxAge: number;
  readonly ageingTime: number;
  /** The spanning tree protocol: 0 off, 1 in the kernel, 2 by a program. */
  readonly stpState: number;
  readonly priority: number;
  readonly vlanFiltering: boolean;
  readonly vlanProtocol: "802.1Q" | "802.1ad" | number;
  readonly groupFwdMask: number;
  readonly groupAddr: string;
  readonly mcastRouter: number;
  readonly mcastSnooping: boolean;
  readonly mcastQuerier: boolean;
  readonly nfCallIptables: boolean;
  readonly nfCallIp6tables: boolean;
  readonly nfCallArptables: boolean;
  readonly vlanDefaultPvid: number;
  readonly vlanStatsEnabled: boolean;
}

export const BR: AttributeTable<BridgeData> = attributes<BridgeData>("IFLA_BR", {
  forwardDelay: [1, integer(u32)],
  helloTime: [2, integer(u32)],
  maxAge: [3, integer(u32)],
  ageingTime: [4, integer(u32)],
  stpState: [5, integer(u32)],
  priority: [6, integer(u16)],
  vlanFiltering: [7, bool8],
  vlanProtocol: [8, named(be16, { "802.1Q": 0x8100, "802.1ad": 0x88a8 })],
  groupFwdMask: [9, integer(u16)],
  groupAddr: [20, mac],
  mcastRouter: [22, integer(u8)],
  mcastSnooping: [23, bool8],
  mcastQuerier: [25, bool8],
  nfCallIptables: [36, bool8],
  nfCallIp6tables: [37, bool8],
  nfCallArptables: [38, bool8],
  vlanDefaultPvid: [39, integer(u16)],
  vlanStatsEnabled: [41, bool8],
});
