import { type AttributeTable, attributes } from "../netlink/attributes.ts";
import { be32, be64, bytes, cstring, list } from "../netlink/codec.ts";
import { type Expression, expressionCodec, type NftData, NFTA_DATA } from "./expression.ts";

/** Attributes of the messages of nf_tables, linux/netfilter/nf_tables.h: those that are needed here. Others survive decoding. */
export const NFTA_TABLE: AttributeTable<{ name: string }> = attributes("NFTA_TABLE", { name: [1, cstring] });

/** The generation of all rules: another one after each change. */
export const NFTA_GEN: AttributeTable<{ id: number }> = attributes("NFTA_GEN", { id: [1, be32] });

/** Of the beginning of a batch, linux/netfilter/nfnetlink.h. */
export const NFNL_BATCH: AttributeTable<{ generation: number }> = attributes("NFNL_BATCH", { generation: [1, be32] });

export interface ChainAttributes {
  table: string;
  name: string;
  hook: Partial<HookAttributes>;
  /** What becomes of a packet that no rule has decided about: NF.DROP or NF.ACCEPT. */
  policy: number;
  type: string;
}

interface HookAttributes {
  hooknum: number;
  /** An s32, as its bits are. */
  priority: number;
}

export const NFTA_CHAIN: AttributeTable<ChainAttributes> = attributes("NFTA_CHAIN", {
  table: [1, cstring],
  name: [3, cstring],
  hook: [4, attributes<HookAttributes>("NFTA_HOOK", { hooknum: [1, be32], priority: [2, be32] })],
  policy: [5, be32],
  type: [7, cstring],
});

export interface RuleAttributes {
  table: string;
  chain: string;
  /** Its number in the table. */
  handle: bigint;
  expressions: readonly Expression[];
  /** For nft(8) and iptables-nft(8): a comment. */
  userdata: Uint8Array;
}

export const NFTA_RULE: AttributeTable<RuleAttributes> = attributes("NFTA_RULE", {
  table: [1, cstring],
  chain: [2, cstring],
  handle: [3, be64],
  expressions: [4, list(1, expressionCodec)],
  userdata: [7, bytes],
});

export interface SetAttributes {
  table: string;
  name: string;
  flags: number;
  keyType: number;
  keyLength: number;
  dataType: number;
  dataLength: number;
  /** By which messages of the same batch may name it. */
  id: number;
  /** For nft(8) alone. */
  userdata: Uint8Array;
}

export const NFTA_SET: AttributeTable<SetAttributes> = attributes("NFTA_SET", {
  table: [1, cstring],
  name: [2, cstring],
  flags: [3, be32],
  keyType: [4, be32],
  keyLength: [5, be32],
  dataType: [6, be32],
  dataLength: [7, be32],
  id: [10, be32],
  userdata: [13, bytes],
});

export interface ElementAttributes {
  key: NftData;
  data: NftData;
  flags: number;
}

export interface ElementListAttributes {
  table: string;
  set: string;
  elements: readonly Partial<ElementAttributes>[];
}

export const NFTA_SET_ELEM_LIST: AttributeTable<ElementListAttributes> = attributes("NFTA_SET_ELEM_LIST", {
  table: [1, cstring],
  set: [2, cstring],
  elements: [
    3,
    list(
      1,
      attributes<ElementAttributes>("NFTA_SET_ELEM", { key: [1, NFTA_DATA], data: [2, NFTA_DATA], flags: [3, be32] }),
    ),
  ],
});
