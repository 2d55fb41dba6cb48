import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { PortProtocol } from "@wb/net";
import { isErrno } from "@wb/syscall";
import { writeFileAtomically } from "../../write-file-atomically.ts";
import { isId } from "../store/read-entry.ts";
import { connectionsDirectory } from "./network-places.ts";

/** How a container is connected. It is written before anything is made of it, so that all of it is found after a crash. */
export interface ContainerConnections {
  readonly version: 1;
  /** The container's. */
  readonly id: string;
  /** Networks that it has, or may have, leases of. */
  readonly networks: readonly string[];
  /** The first is its way out. */
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly BoundPort[];
  /** These are in the rules. Default false: it is about to start. */
  readonly isPublished?: boolean;
  /** Where its hosts file is. */
  readonly directory: string;
  /** A program of the user is its network. Default false. */
  readonly isUserMode?: boolean;
}

/** A container on a network: one end of a veth pair there, the other at the network's bridge. */
export interface Endpoint {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly networkId: string;
  readonly network: string;
  /** The link in the container, and the one beside the bridge. */
  readonly name: string;
  readonly host: string;
  readonly bridge: string;
  /** With the lengths of their prefixes: IPv4, then IPv6. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  /** "": what the kernel has chosen. */
  readonly mac: string;
  readonly mtu: number;
  readonly isolated: boolean;
  /** What others on the network call it: its name, its aliases, the beginning of its id. On the default network none. */
  readonly names: readonly string[];
  /** Those of `--network-alias`. */
  readonly aliases: readonly string[];
}

/** A port of this machine that leads to one of a container. */
export interface BoundPort {
  /** Of this machine; "": each of its addresses. */
  readonly address: string;
  readonly port: number;
  readonly containerPort: number;
  readonly protocol: PortProtocol;
}

/** Undefined where it has none, or its file says nothing. */
export function readConnections(id: string): ContainerConnections | undefined {
  if (!isId(id)) return undefined;
  try {
    return asConnections(JSON.parse(readFileSync(pathOf(id), "utf8")));
  } catch (error) {
    if (isErrno(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Those of all containers. */
export function allConnections(): ContainerConnections[] {
  return connectedIds().flatMap((id) => readConnections(id) ?? []);
}

/** The ids of all containers that have a file, those too whose file says nothing. */
export function connectedIds(): string[] {
  try {
    return readdirSync(connectionsDirectory()).filter(isId);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return [];
    throw error;
  }
}

/** The caller has the lock of networks. */
export function writeConnections(connections: ContainerConnections): void {
  mkdirSync(connectionsDirectory(), { recursive: true, mode: 0o700 });
  writeFileAtomically(pathOf(connections.id), `${JSON.stringify(connections)}\n`, 0o600);
}

/** The caller has the lock of networks. */
export function removeConnections(id: string): void {
  rmSync(pathOf(id), { force: true });
}

function pathOf(id: string): string {
  return `${connectionsDirectory()}/${id}`;
}

function asConnections(value: unknown): ContainerConnections | undefined {
  const { version, id, networks, endpoints, ports } = Object(value);
  const isOne = version === 1 && isId(String(id)) && [networks, endpoints, ports].every(Array.isArray);
  return isOne ? (value as ContainerConnections) : undefined;
}
