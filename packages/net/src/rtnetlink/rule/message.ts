import { struct, type Struct, u16, u32, u8 } from "@wb/syscall";
import { ip } from "../../ip.ts";
import { attributes, type AttributeTable } from "../../netlink/attributes.ts";
import { cstring, integer, structure } from "../../netlink/codec.ts";

/** `struct fib_rule_hdr`, linux/fib_rules.h. */
export interface FibRuleHdr {
  readonly family: number;
  readonly dst_len: number;
  readonly src_len: number;
  readonly tos: number;
  readonly table: number;
  readonly res1: number;
  readonly res2: number;
  readonly action: number;
  readonly flags: number;
}

export const fibRuleHdr: Struct<FibRuleHdr> = struct<FibRuleHdr>("fib_rule_hdr", {
  family: u8,
  dst_len: u8,
  src_len: u8,
  tos: u8,
  table: u8,
  res1: u8,
  res2: u8,
  action: u8,
  flags: u32,
});

/** FIB_RULE_*, linux/fib_rules.h. */
export const FIB_RULE = { INVERT: 0x2 } as const;

/** FR_ACT_*, linux/fib_rules.h. */
export const RULE_ACTION = { lookup: 1, goto: 2, nop: 3, blackhole: 6, unreachable: 7, prohibit: 8 } as const;

interface Range {
  readonly start: number;
  readonly end: number;
}

const portRange = struct<Range>("fib_rule_port_range", { start: u16, end: u16 });
const uidRange = struct<Range>("fib_rule_uid_range", { start: u32, end: u32 });

/** FRA_*, linux/fib_rules.h. */
export interface RuleAttributes {
  readonly dst: string;
  readonly src: string;
  readonly iif: string;
  readonly goto: number;
  readonly priority: number;
  readonly fwmark: number;
  readonly suppressIfgroup: number;
  readonly suppressPrefixlength: number;
  readonly table: number;
  readonly fwmask: number;
  readonly oif: string;
  readonly l3mdev: number;
  readonly uidrange: Range;
  readonly protocol: number;
  readonly ipproto: number;
  readonly sport: Range;
  readonly dport: Range;
}

export const FRA: AttributeTable<RuleAttributes> = attributes<RuleAttributes>("FRA", {
  dst: [1, ip],
  src: [2, ip],
  iif: [3, cstring],
  goto: [4, integer(u32)],
  priority: [6, integer(u32)],
  fwmark: [10, integer(u32)],
  suppressIfgroup: [13, integer(u32)],
  suppressPrefixlength: [14, integer(u32)],
  table: [15, integer(u32)],
  fwmask: [16, integer(u32)],
  oif: [17, cstring],
  l3mdev: [19, integer(u8)],
  uidrange: [20, structure(uidRange)],
  protocol: [21, integer(u8)],
  ipproto: [22, integer(u8)],
  sport: [23, structure(portRange)],
  dport: [24, structure(portRange)],
});
