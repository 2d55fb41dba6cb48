import type { AttributeTable } from "../netlink/attributes.ts";
import { NLM_F } from "../netlink/message.ts";
import type { NetlinkRequest } from "../netlink/request.ts";
import { NFTA_CHAIN, NFTA_GEN, NFTA_RULE, NFTA_SET, NFTA_SET_ELEM_LIST, NFTA_TABLE } from "./attributes.ts";
import { NFNL_SUBSYS, NFPROTO, NFT_MSG, NFT_SET } from "./constants.ts";
import { concatenated, type DataType } from "./data-type.ts";
import type { Expression } from "./expression.ts";
import { nfgenmsg } from "./nfgenmsg.ts";

/** Where in the kernel a base chain is called, and in which order: nft(8), "Chains". */
export interface Hook {
  readonly hook: number;
  readonly priority: number;
  readonly type: "filter" | "nat";
}

/** What a set has: the types that make up its key, and of a map what a key leads to. */
export interface SetShape {
  readonly key: readonly DataType[];
  readonly data?: readonly DataType[];
  /** Its keys are ranges: of each the first one, and with NFT_SET_ELEM.INTERVAL_END the one after the last. */
  readonly interval?: boolean;
}

/** One element: the bytes of its key, and of a map those that it leads to. */
export interface Element {
  readonly key: Uint8Array;
  readonly data?: Uint8Array;
  readonly flags?: number;
}

/** Equivalent to `nft add table inet TABLE`: nothing happens where it is there. */
export function addTable(table: string): NetlinkRequest {
  return request("NEWTABLE", `nft add table inet ${table}`, NFTA_TABLE, { name: table }, NLM_F.CREATE);
}

/** Equivalent to `nft delete table inet TABLE`, with all that is in it. */
export function deleteTable(table: string): NetlinkRequest {
  return request("DELTABLE", `nft delete table inet ${table}`, NFTA_TABLE, { name: table });
}

/** Equivalent to `nft add chain inet TABLE CHAIN '{ type … hook … priority … }'`. Its policy is to accept. */
export function addChain(table: string, chain: string, { hook, priority, type }: Hook): NetlinkRequest {
  const attributes = { table, name: chain, hook: { hooknum: hook, priority: priority >>> 0 }, type };
  return request("NEWCHAIN", `nft add chain inet ${table} ${chain}`, NFTA_CHAIN, attributes, NLM_F.CREATE);
}

/** Equivalent to `nft add rule inet TABLE CHAIN …`. */
export function addRule(table: string, chain: string, expressions: readonly Expression[]): NetlinkRequest {
  const command = `nft add rule inet ${table} ${chain} ${expressions.map(({ name }) => name).join(" ")}`;
  return request("NEWRULE", command, NFTA_RULE, { table, chain, expressions }, NLM_F.CREATE | NLM_F.APPEND);
}

/** Equivalent to `nft add set inet TABLE NAME`, or `add map`. @param id another one for each set of a batch */
export function addSet(
  table: string,
  name: string,
  { key, data, interval = false }: SetShape,
  id: number,
): NetlinkRequest {
  const flags = (data === undefined ? 0 : NFT_SET.MAP) | (interval ? NFT_SET.INTERVAL : 0);
  const { type: keyType, length: keyLength, userdata } = concatenated(key);
  const { type: dataType, length: dataLength } = concatenated(data ?? []);
  const shape = { table, name, flags, keyType, keyLength, id, userdata };
  const attributes = data === undefined ? shape : { ...shape, dataType, dataLength };
  const what = data === undefined ? "set" : "map";
  return request("NEWSET", `nft add ${what} inet ${table} ${name}`, NFTA_SET, attributes, NLM_F.CREATE);
}

/** Equivalent to `nft add element inet TABLE SET '{ … }'`. EEXIST where a key of a map leads elsewhere. */
export function addElements(table: string, set: string, elements: readonly Element[]): NetlinkRequest {
  const command = `nft add element inet ${table} ${set}`;
  return request("NEWSETELEM", command, NFTA_SET_ELEM_LIST, listOf(table, set, elements), NLM_F.CREATE);
}

/** Equivalent to `nft delete element inet TABLE SET '{ … }'`. ENOENT where one of them is not there. */
export function deleteElements(table: string, set: string, elements: readonly Element[]): NetlinkRequest {
  const command = `nft delete element inet ${table} ${set}`;
  return request("DELSETELEM", command, NFTA_SET_ELEM_LIST, listOf(table, set, elements));
}

/** For a dump: equivalent to `nft list table FAMILY TABLE`, of which it has the rules. Default family: inet. */
export function listRules(table: string, family: number = NFPROTO.INET): NetlinkRequest {
  return request("GETRULE", `nft list table ${table}`, NFTA_RULE, { table }, 0, family);
}

/** Equivalent to `nft list chains`, of all families: for a dump. */
export function listChains(): NetlinkRequest {
  return request("GETCHAIN", "nft list chains", NFTA_CHAIN, {}, 0, NFPROTO.UNSPEC);
}

/** Where rules of other programs are. */
export interface ChainPlace {
  readonly family: number;
  readonly table: string;
  readonly chain: string;
}

/** Equivalent to `nft list chain FAMILY TABLE CHAIN`, without its rules. ENOENT where it is not there. */
export function getChain({ family, table, chain }: ChainPlace): NetlinkRequest {
  return request("GETCHAIN", `nft list chain ${table} ${chain}`, NFTA_CHAIN, { table, name: chain }, 0, family);
}

/** For a dump: the rules of one chain, none where it is not there. */
export function listChainRules({ family, table, chain }: ChainPlace): NetlinkRequest {
  return request("GETRULE", `nft -a list chain ${table} ${chain}`, NFTA_RULE, { table, chain }, 0, family);
}

/** Equivalent to `nft insert rule … comment "COMMENT"`: before all others of the chain. */
export function insertRule(
  { family, table, chain }: ChainPlace,
  expressions: readonly Expression[],
  comment: string,
): NetlinkRequest {
  const command = `nft insert rule ${table} ${chain} ${expressions.map(({ name }) => name).join(" ")}`;
  const rule = { table, chain, expressions, userdata: commentData(comment) };
  return request("NEWRULE", command, NFTA_RULE, rule, NLM_F.CREATE, family);
}

/** How nft(8) and iptables-nft(8) keep a comment: NFTNL_UDATA_RULE_COMMENT, its length, and the text with its NUL. */
export function commentData(comment: string): Buffer {
  const text = Buffer.from(`${comment}\0`);
  return Buffer.concat([Uint8Array.of(0, text.length), text]);
}

/** Equivalent to `nft delete rule … handle HANDLE`. */
export function deleteRule({ family, table, chain }: ChainPlace, handle: bigint): NetlinkRequest {
  const command = `nft delete rule ${table} ${chain} handle ${handle}`;
  return request("DELRULE", command, NFTA_RULE, { table, chain, handle }, 0, family);
}

/** For {@link generationOf}. */
export function getGeneration(): NetlinkRequest {
  return request("GETGEN", "nft list ruleset", NFTA_GEN, {}, 0, NFPROTO.UNSPEC);
}

/** For a dump: equivalent to `nft list set inet TABLE SET`, of which it has the elements. */
export function listElements(table: string, set: string): NetlinkRequest {
  return request("GETSETELEM", `nft list set inet ${table} ${set}`, NFTA_SET_ELEM_LIST, { table, set });
}

/** Equivalent to `nft flush table inet TABLE`: the rules of all its chains; what is in its sets stays. */
export function flushRules(table: string): NetlinkRequest {
  return request("DELRULE", `nft flush table inet ${table}`, NFTA_RULE, { table });
}

function request<T extends object>(
  name: keyof typeof NFT_MSG,
  command: string,
  table: AttributeTable<T>,
  value: Partial<T>,
  flags = 0,
  family: number = NFPROTO.INET,
): NetlinkRequest {
  return {
    name: `NFT_MSG_${name}`,
    command,
    type: (NFNL_SUBSYS.NFTABLES << 8) | NFT_MSG[name],
    flags,
    payload: Buffer.concat([nfgenmsg(family), table.encode(value)]),
  };
}

function listOf(
  table: string,
  set: string,
  elements: readonly Element[],
): { table: string; set: string; elements: { key: { value: Uint8Array } }[] } {
  return {
    table,
    set,
    elements: elements.map(({ key, data, flags }) => ({
      key: { value: key },
      ...(data === undefined ? {} : { data: { value: data } }),
      ...(flags === undefined ? {} : { flags }),
    })),
  };
}
