import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { isErrno } from "@wb/syscall";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { NAME } from "../names/container-name.ts";
import { networksDirectory } from "./network-places.ts";
import { asNetworkRecord, type NetworkRecord } from "./network-record.ts";

/** All networks that are kept, in no order: not `host` and `none`, which are no networks of wb's. */
export function allNetworks(): NetworkRecord[] {
  return entries().flatMap((entry) =>
    entry.endsWith(SUFFIX) ? (readNetwork(entry.slice(0, -SUFFIX.length)) ?? []) : [],
  );
}

/** By its whole name. */
export function readNetwork(name: string): NetworkRecord | undefined {
  if (!NAME.test(name)) return undefined;
  try {
    const record = asNetworkRecord(JSON.parse(readFileSync(pathOf(name), "utf8")));
    return record?.name === name ? record : undefined;
  } catch (error) {
    if (isErrno(error, "ENOENT", "EISDIR") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The caller has the lock of networks, so that what is half written was left by one that was killed. */
export function writeNetwork(record: NetworkRecord): void {
  mkdirSync(networksDirectory(), { recursive: true, mode: 0o700 });
  for (const entry of entries()) if (entry.endsWith(UNFINISHED)) rmSync(`${networksDirectory()}/${entry}`);
  writeFileAtomically(pathOf(record.name), `${JSON.stringify(record)}\n`, 0o600, { durable: true });
}

/** The caller has the lock of networks. */
export function removeNetworkRecord(name: string): void {
  rmSync(pathOf(name), { force: true });
}

const SUFFIX = ".json";
/** As writeFileAtomically() names them. */
const UNFINISHED = ".new";

function pathOf(name: string): string {
  return `${networksDirectory()}/${name}${SUFFIX}`;
}

function entries(): string[] {
  try {
    return readdirSync(networksDirectory());
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}
