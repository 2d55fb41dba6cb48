import { type AttributeTable, attributes } from "../netlink/attributes.ts";
import { be32, bytes, type Codec, cstring } from "../netlink/codec.ts";
import {
  FIB,
  IFNAMSIZ,
  type NF,
  NFT_CMP,
  type NFT_CT,
  NFT_META,
  NFT_NAT,
  NFT_PAYLOAD,
  NFT_REG,
  RTN_LOCAL,
} from "./constants.ts";

/** One instruction of a rule, as `nft --debug=netlink` prints it: its name, and the bytes of its attributes. */
export interface Expression {
  readonly name: string;
  readonly data: Uint8Array;
}

/** One of the two. */
export interface NftData {
  readonly value?: Uint8Array;
  readonly verdict?: { readonly code?: number };
}

/** A value in a register or in a set, NFTA_DATA. */
export const NFTA_DATA: AttributeTable<Required<NftData>> = attributes("NFTA_DATA", {
  value: [1, bytes],
  verdict: [2, attributes<{ code: number }>("NFTA_VERDICT", { code: [1, be32] })],
});

/** NFTA_EXPR: how a rule has an expression. */
export const expressionCodec: Codec<Expression> = attributes<Expression>("NFTA_EXPR", {
  name: [1, cstring],
  data: [2, { ...bytes, flags: 0x8000 }],
}) as Codec<Expression>;

/** `meta KEY` into a register. */
export function meta(key: number, register: number = R1): Expression {
  return expression("meta", META, { dreg: register, key });
}

export interface Negation {
  /** Go on where it is not so. */
  readonly not?: boolean;
}

/** Goes on where the first register has these bytes. */
function compare(value: Uint8Array, { not = false }: Negation = {}): Expression {
  return expression("cmp", CMP, { sreg: R1, op: not ? NFT_CMP.NEQ : NFT_CMP.EQ, data: { value } });
}

/** Bytes of the packet into a register. */
export function payload(base: number, offset: number, length: number, register: number = R1): Expression {
  return expression("payload", PAYLOAD, { dreg: register, base, offset, length });
}

export interface LookupOptions {
  /** The register that the key begins in. Default: the first. */
  readonly from?: number;
  /** Where what it leads to in a map begins. */
  readonly to?: number;
  /** Go on where the set has it not. */
  readonly not?: boolean;
}

/** Goes on where the set has the key. */
export function lookup(set: string, { from = R1, to, not = false }: LookupOptions = {}): Expression {
  const options = { ...(to === undefined ? {} : { dreg: to }), ...(not ? { flags: NFT_LOOKUP_F_INV } : {}) };
  return expression("lookup", LOOKUP, { set, sreg: from, ...options });
}

/** `fib daddr type local`: goes on where the packet is for an address of this machine. */
export function isLocal(): Expression[] {
  const type = expression("fib", FIB_ATTRIBUTES, { dreg: R1, result: FIB.RESULT_ADDRTYPE, flags: FIB.F_DADDR });
  return [type, compare(hostOrder(RTN_LOCAL))];
}

/** `ct state` or `ct status`: goes on where one of the bits is set. */
export function hasBits(key: (typeof NFT_CT)[keyof typeof NFT_CT], bits: number): Expression[] {
  const [mask, none] = [hostOrder(bits), hostOrder(0)];
  return [expression("ct", CT, { dreg: R1, key }), masked(mask, none), compare(none, { not: true })];
}

/** Goes on where some bits of bytes in the packet are these: a subnet. */
export function matches(base: number, offset: number, value: Uint8Array, mask: Uint8Array): Expression[] {
  const zero = new Uint8Array(value.length);
  return [payload(base, offset, value.length), masked(mask, zero), compare(value)];
}

/** Goes on where bytes in the packet are not these. */
export function isOther(base: number, offset: number, value: Uint8Array): Expression[] {
  return [payload(base, offset, value.length), compare(value, { not: true })];
}

/** `dnat to` the address and the port that begin in two registers. */
export function dnat(
  family: number,
  { address, port }: { readonly address: number; readonly port: number },
): Expression {
  return expression("nat", NAT, { type: NFT_NAT.DNAT, family, address, port });
}

/** The source becomes the address of the interface that the packet leaves by. */
export function masquerade(): Expression {
  return expression("masq", attributes<object>("NFTA_MASQ", {}), {});
}

/** Goes on where all of these bits of the packet's mark are set: in iptables-nft `-m mark --mark BITS/BITS`. */
export function isMarked(bits: number): Expression[] {
  const mask = hostOrder(bits);
  return [meta(NFT_META.MARK), masked(mask, hostOrder(0)), compare(mask)];
}

/** `meta mark set mark or BITS`, or `mark and ~BITS`. */
export function setMark(bits: number, on: boolean): Expression[] {
  const change = masked(hostOrder(~bits >>> 0), hostOrder(on ? bits : 0));
  return [meta(NFT_META.MARK), change, expression("meta", META, { key: NFT_META.MARK, sreg: R1 })];
}

/** `counter`, which iptables has in each rule. */
export function counter(): Expression {
  return expression("counter", attributes<object>("NFTA_COUNTER", {}), {});
}

/** What happens to the packet. */
export function verdict(code: (typeof NF)[keyof typeof NF]): Expression {
  return expression("immediate", IMMEDIATE, { dreg: NFT_REG.VERDICT, data: { verdict: { code } } });
}

/** The code of {@link verdict}, of an expression that is one. */
export function verdictOf({ name, data }: Expression): number | undefined {
  return name === "immediate" ? IMMEDIATE.decode(Buffer.from(data)).data?.verdict?.code : undefined;
}

/** `meta iifname` or `oifname` is, or is not, a name. */
export function isInterface(key: "IIFNAME" | "OIFNAME", name: string, { not = false }: Negation = {}): Expression[] {
  return [meta(NFT_META[key]), compare(interfaceName(name), { not })];
}

/** `meta oifname "PREFIX*"`. */
export function isInterfaceLike(key: "IIFNAME" | "OIFNAME", prefix: string): Expression[] {
  return [meta(NFT_META[key]), compare(Buffer.from(prefix))];
}

/** `meta nfproto`: what an expression about an IP header asks first in a table for both. */
export function isFamily(family: number): Expression[] {
  return [meta(NFT_META.NFPROTO), compare(Uint8Array.of(family))];
}

/** The name of an interface as registers and sets have it: 16 bytes. */
export function interfaceName(name: string): Buffer {
  const named = Buffer.alloc(IFNAMSIZ);
  named.write(name);
  return named;
}

/** A u32 of the machine, as `ct`, `fib` and `mark` have them. */
function hostOrder(value: number): Buffer {
  const bytesOfIt = Buffer.alloc(4);
  bytesOfIt.writeUInt32LE(value);
  return bytesOfIt;
}

/** `th dport`: the same place in TCP, UDP and SCTP. */
export function destinationPort(register: number): Expression {
  return payload(NFT_PAYLOAD.TRANSPORT_HEADER, 2, 2, register);
}

/** The first register, and then exclusive or. */
function masked(mask: Uint8Array, xor: Uint8Array): Expression {
  const [value, flipped] = [{ value: mask }, { value: xor }];
  return expression("bitwise", BITWISE, { sreg: R1, dreg: R1, length: mask.length, mask: value, xor: flipped });
}

function expression<T extends object>(name: string, table: AttributeTable<T>, value: Partial<T>): Expression {
  return { name, data: table.encode(value) };
}

const R1 = NFT_REG.first(0);

const META = attributes<{ dreg: number; key: number; sreg: number }>("NFTA_META", {
  dreg: [1, be32],
  key: [2, be32],
  sreg: [3, be32],
});
const CT = attributes<{ dreg: number; key: number }>("NFTA_CT", { dreg: [1, be32], key: [2, be32] });
const CMP = attributes<{ sreg: number; op: number; data: NftData }>("NFTA_CMP", {
  sreg: [1, be32],
  op: [2, be32],
  data: [3, NFTA_DATA],
});
const PAYLOAD = attributes<{ dreg: number; base: number; offset: number; length: number }>("NFTA_PAYLOAD", {
  dreg: [1, be32],
  base: [2, be32],
  offset: [3, be32],
  length: [4, be32],
});
const NFT_LOOKUP_F_INV = 1;

const LOOKUP = attributes<{ set: string; sreg: number; dreg: number; flags: number }>("NFTA_LOOKUP", {
  set: [1, cstring],
  sreg: [2, be32],
  dreg: [3, be32],
  flags: [5, be32],
});
const FIB_ATTRIBUTES = attributes<{ dreg: number; result: number; flags: number }>("NFTA_FIB", {
  dreg: [1, be32],
  result: [2, be32],
  flags: [3, be32],
});
const BITWISE = attributes<{
  sreg: number;
  dreg: number;
  length: number;
  mask: NftData;
  xor: NftData;
}>("NFTA_BITWISE", {
  sreg: [1, be32],
  dreg: [2, be32],
  length: [3, be32],
  mask: [4, NFTA_DATA],
  xor: [5, NFTA_DATA],
});
const NAT = attributes<{ type: number; family: number; address: number; port: number }>("NFTA_NAT", {
  type: [1, be32],
  family: [2, be32],
  address: [3, be32],
  port: [5, be32],
});
const IMMEDIATE = attributes<{ dreg: number; data: NftData }>("NFTA_IMMEDIATE", {
  dreg: [1, be32],
  data: [2, NFTA_DATA],
});
