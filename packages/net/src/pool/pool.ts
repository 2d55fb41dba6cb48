import { NetError } from "../net-error.ts";
import { contains, formatAddress, formatSubnet, parseAddress, parseSubnet, type Subnet } from "./subnet.ts";

/** The addresses of a network, as docker-network-create(1) is told them. */
export interface PoolOptions {
  /** `10.88.0.0/16` */
  readonly subnet: string;
  /** Where addresses are taken from: a part of the subnet. Default all of it. */
  readonly range?: string;
  /** Default: the first address of the subnet. */
  readonly gateway?: string;
  /** Addresses that somebody else has: `--aux-address`. */
  readonly reserved?: readonly string[];
}

/** The same, checked. */
export interface Pool {
  readonly subnet: Subnet;
  readonly range: Subnet;
  readonly gateway: bigint;
  /** Those that nobody is given, the gateway and the network's own among them. */
  readonly excluded: ReadonlySet<bigint>;
}

/** @throws NetError WB_NET_VALUE for what is not of the subnet */
export function planPool({ subnet: text, range: part, gateway: wanted, reserved = [] }: PoolOptions): Pool {
  const subnet = parseSubnet(text);
  const range = part === undefined ? subnet : parseSubnet(part);
  if (!contains(subnet, range)) throw outside(part ?? "", subnet);
  const own = networkAddresses(subnet);
  const gateway = wanted === undefined ? firstUsable(subnet) : inside(wanted, subnet);
  const excluded = new Set([...own, gateway, ...reserved.map((address) => inside(address, subnet))]);
  if (wanted !== undefined && own.includes(gateway))
    throw new NetError("WB_NET_VALUE", `the gateway ${wanted} is the network's own address`);
  return { subnet, range, gateway, excluded };
}

/** An address of the subnet, as a number. @throws NetError WB_NET_VALUE */
export function inside(address: string, subnet: Subnet): bigint {
  const { version, number } = parseAddress(address);
  if (!contains(subnet, { version, first: number, last: number })) throw outside(address, subnet);
  return number;
}

/** The gateway with the length of its network's prefix, as a bridge has it. */
export function gatewayOf({ subnet, gateway }: Pool): string {
  return `${formatAddress(subnet.version, gateway)}/${subnet.length}`;
}

/**
 * The first and the last address of IPv4 are the network and its broadcast, and the first of IPv6 is for all routers (RFC 4291, 2.6.1). Networks of
 * one and two addresses have no such: RFC 3021, RFC 6164.
 */
function networkAddresses({ version, first, last }: Subnet): bigint[] {
  if (last - first <= 1n) return [];
  return version === 4 ? [first, last] : [first];
}

function firstUsable(subnet: Subnet): bigint {
  return networkAddresses(subnet).includes(subnet.first) ? subnet.first + 1n : subnet.first;
}

function outside(text: string, subnet: Subnet): NetError {
  return new NetError("WB_NET_VALUE", `${text} is not of the network ${formatSubnet(subnet)}`);
}
