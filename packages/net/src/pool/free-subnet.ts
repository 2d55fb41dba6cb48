import { address, call, memory, run, step } from "@wb/syscall";
import { NetError } from "../net-error.ts";
import { formatSubnet, overlaps, parseSubnet, type Subnet } from "./subnet.ts";

/**
 * A network that none of others overlaps: the first of docker's default pools (moby, libnetwork/ipamutils), 172.17.0.0/16 to 172.31.0.0/16,
 * then 192.168.0.0/20 and on.
 *
 * @param taken networks that are used already: those of the machine's routes, and other pools
 * @throws NetError WB_NET_POOL when all of them are taken
 * @example
 * freeSubnet(["172.17.0.0/16"]); // "172.18.0.0/16"
 */
export function freeSubnet(taken: readonly string[]): string {
  const others = taken.map(parseSubnet);
  for (const pool of DEFAULT_POOLS) {
    const { first, last } = parseSubnet(pool.base);
    const size = 1n << BigInt(32 - pool.size);
    for (let at = first; at <= last; at += size) {
      const candidate: Subnet = { version: 4, first: at, last: at + size - 1n, length: pool.size };
      if (!others.some((other) => overlaps(other, candidate))) return formatSubnet(candidate);
    }
  }
  throw new NetError("WB_NET_POOL", "all predefined address pools have been fully subnetted", {
    hint: "name a subnet that is free, or remove networks that nobody uses",
  });
}

/** A network of unique local addresses, /64, by 40 random bits: RFC 4193, 3.2. */
export function randomSubnet6(): string {
  // getrandom(2), since node:crypto takes longer to load than all of this package.
  const made = run([step("choose a network", [memory("id", 5), call("getrandom", address("id"), 5, 0)])]);
  const id = made.bytes("id", 5).toString("hex");
  return formatSubnet(parseSubnet(`fd${id.slice(0, 2)}:${id.slice(2, 6)}:${id.slice(6)}::/64`));
}

const DEFAULT_POOLS = [
  { base: "172.17.0.0/16", size: 16 },
  { base: "172.18.0.0/16", size: 16 },
  { base: "172.19.0.0/16", size: 16 },
  { base: "172.20.0.0/14", size: 16 },
  { base: "172.24.0.0/14", size: 16 },
  { base: "172.28.0.0/14", size: 16 },
  { base: "192.168.0.0/16", size: 20 },
] as const;
