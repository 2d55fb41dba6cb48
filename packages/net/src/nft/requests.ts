import type { AttributeTable } from "../netlink/attributes.ts";
import { NLM_F } from "../netlink/message.ts";
import type { NetlinkRequest } from "../netlink/request.ts";
import { NFTA_CHAIN, NFTA_RULE, NFTA_SET, NFTA_SET_ELEM_LIST, NFTA_TABLE } from "./attributes.ts";
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

export interface AddElementsOptions {
  /** EEXIST where one is there: `nft create element`. Default false. */
  readonly exclusive?: boolean;
}

/** Equivalent to `nft add element inet TABLE SET '{ … }'`. */
export function addElements(
  table: string,
  set: string,
  elements: readonly Element[],
  { exclusive = false }: AddElementsOptions = {},
): NetlinkRequest {
  const command = `nft ${exclusive ? "create" : "add"} element inet ${table} ${set}`;
  const flags = NLM_F.CREATE | (exclusive ? NLM_F.EXCL : 0);
  return request("NEWSETELEM", command, NFTA_SET_ELEM_LIST, listOf(table, set, elements), flags);
}

/** Equivalent to `nft delete element inet TABLE SET '{ … }'`. ENOENT where one of them is not there. */
export function deleteElements(table: string, set: string, elements: readonly Element[]): NetlinkRequest {
  const command = `nft delete element inet ${table} ${set}`;
  return request("DELSETELEM", command, NFTA_SET_ELEM_LIST, listOf(table, set, elements));
}

/** For a dump: equivalent to `nft list table inet TABLE`, of which it has the rules. */
export function listRules(table: string): NetlinkRequest {
  return request("GETRULE", `nft list table inet ${table}`, NFTA_RULE, { table });
}

function request<T extends object>(
  name: keyof typeof NFT_MSG,
  command: string,
  table: AttributeTable<T>,
  value: Partial<T>,
  flags = 0,
): NetlinkRequest {
  return {
    name: `NFT_MSG_${name}`,
    command,
    type: (NFNL_SUBSYS.NFTABLES << 8) | NFT_MSG[name],
    flags,
    payload: Buffer.concat([nfgenmsg(NFPROTO.INET), table.encode(value)]),
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
