import { s16, s32, struct, type Struct, u16, u32, u64, u8 } from "@wb/syscall";
import { attributes, type AttributeTable } from "../../netlink/attributes.ts";
import { bytes, cstring, integer } from "../../netlink/codec.ts";

/** `struct tcmsg`, rtnetlink(7), linux/rtnetlink.h. */
export interface Tcmsg {
  readonly tcm_family: number;
  readonly tcm_ifindex: number;
  readonly tcm_handle: number;
  readonly tcm_parent: number;
  readonly tcm_info: number;
}

export const tcmsg: Struct<Tcmsg> = struct<Tcmsg>(
  "tcmsg",
  { tcm_family: u8, tcm_ifindex: s32, tcm_handle: u32, tcm_parent: u32, tcm_info: u32 },
  {},
  { offsets: { tcm_ifindex: 4 } },
);

/** TC_H_*, linux/pkt_sched.h. */
export const TC_H = { UNSPEC: 0, ROOT: 0xffff_ffff, INGRESS: 0xffff_fff1 } as const;

/** TCA_*, linux/rtnetlink.h. */
export interface QdiscAttributes {
  readonly kind: string;
  readonly options: Uint8Array;
}

export const TCA: AttributeTable<QdiscAttributes> = attributes<QdiscAttributes>("TCA", {
  kind: [1, cstring],
  options: [2, bytes],
});

/** `struct tc_tbf_qopt` with its two `struct tc_ratespec`, linux/pkt_sched.h: bytes a second, bytes, and ticks of 64 ns. */
export interface TcTbfQopt {
  readonly rate_linklayer: number;
  readonly rate: number;
  readonly peakrate_linklayer: number;
  readonly peakrate: number;
  readonly limit: number;
  readonly buffer: number;
  readonly mtu: number;
  readonly rate_cell_log: number;
  readonly rate_overhead: number;
  readonly rate_cell_align: number;
  readonly rate_mpu: number;
  readonly peakrate_cell_log: number;
  readonly peakrate_overhead: number;
  readonly peakrate_cell_align: number;
  readonly peakrate_mpu: number;
}

const tcTbfQopt: Struct<TcTbfQopt> = struct<TcTbfQopt>("tc_tbf_qopt", {
  rate_cell_log: u8,
  rate_linklayer: u8,
  rate_overhead: u16,
  rate_cell_align: s16,
  rate_mpu: u16,
  rate: u32,
  peakrate_cell_log: u8,
  peakrate_linklayer: u8,
  peakrate_overhead: u16,
  peakrate_cell_align: s16,
  peakrate_mpu: u16,
  peakrate: u32,
  limit: u32,
  buffer: u32,
  mtu: u32,
});

/** TCA_TBF_*, linux/pkt_sched.h. */
export interface TbfAttributes {
  readonly parms: TcTbfQopt;
  readonly rate64: bigint;
  readonly prate64: bigint;
  /** Bytes (Linux 3.13). */
  readonly burst: number;
  readonly pburst: number;
}

export const TBF: AttributeTable<TbfAttributes> = attributes<TbfAttributes>("TCA_TBF", {
  parms: [1, { encode: (value) => tcTbfQopt.encode({ ...value }), decode: (data) => tcTbfQopt.decode(data) }],
  rate64: [4, integer(u64)],
  prate64: [5, integer(u64)],
  burst: [6, integer(u32)],
  pburst: [7, integer(u32)],
});
