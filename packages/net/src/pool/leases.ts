import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { isErrno, O } from "@wb/syscall";
import { ipVersion } from "../ip-version.ts";
import { NetError } from "../net-error.ts";
import { lockDirectory } from "./lock.ts";
import { inside, type Pool, planPool, type PoolOptions } from "./pool.ts";
import { formatAddress, formatSubnet, parseAddress } from "./subnet.ts";

export interface AllocateOptions {
  /** This one, and no other: `--ip`. */
  readonly address?: string;
}

/**
 * Gives an owner an address of a pool, which is nobody else's until it is released: also after a crash, and when many processes ask at once.
 * One that was released is given to others as late as possible.
 *
 * A lease is a file by the name of the address, with the owner in it, as the CNI plugin host-local has it: none is damaged with another one.
 *
 * @param directory of this pool alone; it is made where it is missing
 * @throws NetError WB_NET_POOL when all are given away, or the one that is asked for; WB_NET_VALUE for one that is not of the pool
 * @example
 * allocate("/run/net/web", { subnet: "10.88.0.0/16" }, "4f3a"); // "10.88.0.2"
 */
export function allocate(
  directory: string,
  options: PoolOptions,
  owner: string,
  { address }: AllocateOptions = {},
): string {
  if (owner === "") throw new NetError("WB_NET_VALUE", "a lease has an owner");
  const pool = planPool(options);
  using _lock = lockDirectory(directory);
  const taken = new Set(readdirSync(directory));
  if (address !== undefined) return claim(directory, requested(pool, address, taken, directory), owner);
  const found = nextFree(pool, taken, lastOf(directory, pool));
  if (found === undefined)
    throw new NetError(
      "WB_NET_POOL",
      `no available IPv${pool.range.version} addresses on this network's address pools: ${formatSubnet(pool.range)}`,
      {
        hint: "containers that are removed give theirs back",
      },
    );
  const text = formatAddress(pool.range.version, found);
  writeAtomically(directory, LAST, text);
  return claim(directory, text, owner);
}

/**
 * Gives an address back. One that nobody has is passed over.
 *
 * @param owner only if it is this one's
 */
export function release(directory: string, address: string, owner?: string): void {
  withExisting(directory, () => {
    const { version, number } = parseAddress(address);
    const name = formatAddress(version, number);
    if (owner === undefined || ownerOf(directory, name) === owner) rmSync(`${directory}/${name}`, { force: true });
  });
}

/** Gives back all addresses of owners that are gone. @returns the addresses */
export function reclaim(directory: string, isGone: (owner: string) => boolean): string[] {
  return (
    withExisting(directory, () => {
      const gone = [...leasesIn(directory)].filter(([, owner]) => isGone(owner)).map(([address]) => address);
      for (const address of gone) rmSync(`${directory}/${address}`, { force: true });
      return gone;
    }) ?? []
  );
}

/** Who has which address. A lease whose owner was lost on a full disk is that of "". */
export function leases(directory: string): ReadonlyMap<string, string> {
  return withExisting(directory, () => leasesIn(directory)) ?? new Map<string, string>();
}

/** Where the last search has ended. An address has no such name. */
const LAST = "last";

function leasesIn(directory: string): Map<string, string> {
  const addresses = readdirSync(directory).filter((name) => ipVersion(name) !== 0);
  return new Map(addresses.map((address) => [address, ownerOf(directory, address)]));
}

/** Without a directory there are no leases. */
function withExisting<T>(directory: string, action: () => T): T | undefined {
  try {
    readdirSync(directory);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
  using _lock = lockDirectory(directory);
  return action();
}

function requested(pool: Pool, address: string, taken: ReadonlySet<string>, directory: string): string {
  const number = inside(address, pool.subnet);
  const text = formatAddress(pool.subnet.version, number);
  if (pool.excluded.has(number))
    throw new NetError("WB_NET_POOL", `the address ${text} is the network's own, or reserved`);
  if (taken.has(text))
    throw new NetError("WB_NET_POOL", `Address already in use: ${text} is the address of ${ownerOf(directory, text)}`);
  return text;
}

/** From the one after the last that was given, around the range. */
function nextFree({ range, excluded }: Pool, taken: ReadonlySet<string>, last: bigint): bigint | undefined {
  const isFree = (number: bigint): boolean => !excluded.has(number) && !taken.has(formatAddress(range.version, number));
  for (let number = last + 1n; number <= range.last; number++) if (isFree(number)) return number;
  for (let number = range.first; number <= last; number++) if (isFree(number)) return number;
  return undefined;
}

function lastOf(directory: string, { range }: Pool): bigint {
  const before = range.first - 1n;
  try {
    const { version, number } = parseAddress(readFileSync(`${directory}/${LAST}`, "utf8"));
    return version === range.version && number >= range.first && number <= range.last ? number : before;
  } catch (error) {
    // Only the order depends on it.
    if (isErrno(error, "ENOENT") || error instanceof NetError) return before;
    throw error;
  }
}

function ownerOf(directory: string, address: string): string {
  try {
    return readFileSync(`${directory}/${address}`, "utf8").trim();
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "";
    throw error;
  }
}

function claim(directory: string, address: string, owner: string): string {
  writeAtomically(directory, address, `${owner}\n`);
  return address;
}

/** It is there as a whole, and on the disk, or not at all. The directory's lock keeps others from the temporary name. */
function writeAtomically(directory: string, name: string, text: string): void {
  const temporary = `${directory}/.new`;
  rmSync(temporary, { force: true });
  const fd = openSync(temporary, O.WRONLY | O.CREAT | O.EXCL | O.CLOEXEC | O.NOFOLLOW, 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, `${directory}/${name}`);
}
