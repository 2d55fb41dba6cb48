import { formatIp, parseIp, parsePrefix } from "../ip.ts";
import { NetError } from "../net-error.ts";

/** The addresses of a network as numbers, from the first to the last. */
export interface Subnet {
  /** 4 or 6. */
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** Of its prefix, in bits. */
  readonly length: number;
}

/**
 * Reads a network: `10.88.0.0/16`, `fd00:88::/64`.
 *
 * @throws NetError WB_NET_VALUE for a text that is none, and for an address of a network: `10.88.0.1/16`
 */
export function parseSubnet(text: string): Subnet {
  const { address, length } = parsePrefix(text);
  const { version, number } = parseAddress(address);
  const size = 1n << BigInt(bitsOf(version) - length);
  if (!text.includes("/") || number % size !== 0n)
    throw new NetError("WB_NET_VALUE", `no network: ${JSON.stringify(text)}`, {
      hint: text.includes("/")
        ? formatSubnet({ version, first: number - (number % size), last: 0n, length })
        : undefined,
    });
  return { version, first: number, last: number + size - 1n, length };
}

/** As RFC 5952 and inet_ntop(3) write it. */
export function formatSubnet({ version, first, length }: Subnet): string {
  return `${formatAddress(version, first)}/${length}`;
}

/** An address as a number. @throws NetError WB_NET_VALUE */
export function parseAddress(text: string): { readonly version: 4 | 6; readonly number: bigint } {
  const bytes = parseIp(text);
  return { version: bytes.length === 4 ? 4 : 6, number: BigInt(`0x${bytes.toString("hex")}`) };
}

export function formatAddress(version: 4 | 6, number: bigint): string {
  return formatIp(Buffer.from(number.toString(16).padStart(bitsOf(version) / 4, "0"), "hex"));
}

/** Whether they have an address in common. */
export function overlaps(one: Subnet, other: Subnet): boolean {
  return one.version === other.version && one.first <= other.last && other.first <= one.last;
}

/** Whether all addresses of `inner` are of `outer`, too. */
export function contains(outer: Subnet, inner: Pick<Subnet, "version" | "first" | "last">): boolean {
  return outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last;
}

function bitsOf(version: 4 | 6): number {
  return version === 4 ? 32 : 128;
}
