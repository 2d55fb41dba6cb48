import {
  contains,
  freeSubnet,
  gatewayOf,
  NetError,
  overlaps,
  parseAddress,
  parseSubnet,
  planPool,
  randomSubnet6,
} from "@wb/net";
import { UserError } from "../../user-error.ts";
import type { NetworkPool } from "./network-record.ts";

/** What `wb network create` is asked for of addresses, as texts. */
export interface PoolsRequest {
  readonly subnets: readonly string[];
  readonly ranges: readonly string[];
  readonly gateways: readonly string[];
  /** By their names. */
  readonly reserved: Readonly<Record<string, string>>;
  readonly ipv6: boolean;
}

/**
 * The pools of a new network: those that are asked for, and else one that is free; IPv4 first.
 *
 * @param taken subnets that it may not have
 * @throws UserError in docker's words
 */
export function planPools(
  { subnets, ranges, gateways, reserved, ipv6 }: PoolsRequest,
  taken: readonly string[],
): NetworkPool[] {
  const wanted = subnets.map((text) => parsed("subnet", text, () => (parseSubnet(text), text)));
  for (const text of wanted) refuseUnusable(text);
  const has = (version: 4 | 6): boolean => wanted.some((text) => parseSubnet(text).version === version);
  const all = [
    ...(has(4) ? [] : [freeSubnet([...taken, ...wanted].filter((text) => !text.includes(":")))]),
    ...wanted.toSorted((one, other) => parseSubnet(one).version - parseSubnet(other).version),
    ...(ipv6 && !has(6) ? [randomSubnet6()] : []),
  ];
  if (!ipv6 && has(6))
    throw new UserError("IPv6 subnets are for networks with IPv6", { hint: "wb network create --ipv6 --subnet …" });
  refuseOverlap(all, taken);
  const rest = { ranges: [...ranges], gateways: [...gateways], reserved: new Map(Object.entries(reserved)) };
  const pools = all.map((subnet) => poolOf(subnet, rest));
  const [left] = [
    ...rest.ranges.map((text) => `range ${text}`),
    ...rest.gateways.map((text) => `gateway ${text}`),
    ...[...rest.reserved.values()].map((text) => `aux-address ${text}`),
  ];
  if (left !== undefined)
    throw new UserError(`no matching subnet for ${left}`, { hint: "--subnet names the network that it is of" });
  return pools;
}

/** Takes from the rest what is of a subnet. */
function poolOf(
  subnet: string,
  rest: { ranges: string[]; gateways: string[]; readonly reserved: Map<string, string> },
): NetworkPool {
  const outer = parseSubnet(subnet);
  const isInside = (text: string): boolean => {
    const { version, number } = parsed("address", text, () => parseAddress(text));
    return contains(outer, { version, first: number, last: number });
  };
  const range =
    rest.ranges.find((text) =>
      contains(
        outer,
        parsed("ip-range", text, () => parseSubnet(text)),
      ),
    ) ?? "";
  rest.ranges = rest.ranges.filter((text) => text !== range);
  const wanted = rest.gateways.find(isInside);
  rest.gateways = rest.gateways.filter((text) => text !== wanted);
  const reserved = Object.fromEntries([...rest.reserved].filter(([, address]) => isInside(address)));
  for (const name of Object.keys(reserved)) rest.reserved.delete(name);
  const pool = parsed("gateway", wanted ?? subnet, () =>
    planPool({
      subnet,
      reserved: Object.values(reserved),
      ...(range === "" ? {} : { range }),
      ...(wanted === undefined ? {} : { gateway: wanted }),
    }),
  );
  return { subnet, range, gateway: gatewayOf(pool).split("/")[0] ?? "", reserved };
}

/** The kernel would take the addresses, and this machine lose its own loopback, multicast or everything else to the bridge. */
function refuseUnusable(text: string): void {
  const subnet = parseSubnet(text);
  const other = UNUSABLE.find((unusable) => overlaps(subnet, parseSubnet(unusable)));
  if (other !== undefined)
    throw new UserError(`invalid subnet ${text}: it has addresses of ${other}, which are no containers'`, {
      hint: "a private one is meant, as 172.30.0.0/16 or fd00:30::/64",
    });
}

/** RFC 1122 (this host, loopback), RFC 5771 (multicast), reserved; RFC 4291 (unspecified, loopback, link-local, multicast). */
const UNUSABLE = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8"];

function refuseOverlap(subnets: readonly string[], taken: readonly string[]): void {
  const others = taken.map(parseSubnet);
  for (const [index, text] of subnets.entries()) {
    const subnet = parseSubnet(text);
    const before = subnets.slice(0, index).map(parseSubnet);
    if (![...others, ...before].some((other) => overlaps(subnet, other))) continue;
    throw new UserError("invalid pool request: Pool overlaps with other one on this address space", {
      hint: `${text} is used already: wb network ls, ip route`,
    });
  }
}

function parsed<T>(what: string, text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw new UserError(`invalid ${what} ${text}: ${error.message}`, {
      hint: error.hint === undefined ? "as 172.30.0.0/16" : `${error.hint} is meant`,
      cause: error,
    });
  }
}
