import { chownSync, closeSync, fchmodSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import {
  containerResolvConf,
  formatResolvConf,
  type HostsEntry,
  hostsText,
  isResolved,
  RESOLVED,
  withNetworkNames,
} from "@wb/net";
import { type IdMap, idOutside } from "@wb/ns";
import { isErrno, O } from "@wb/syscall";
import { UserError } from "../../user-error.ts";
import type { NetworkOptions } from "../network-options.ts";
import type { Endpoint } from "./container-connections.ts";
import { NETWORK_FILES } from "./network-file-mounts.ts";
import { withoutLength } from "./published-ports.ts";

export interface NetworkFilesRequest extends Pick<
  NetworkOptions,
  "net" | "dns" | "dnsSearch" | "dnsOptions" | "extraHosts"
> {
  /** The container's own, in the store. */
  readonly directory: string;
  readonly hostname: string;
  readonly domainname?: string | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly usernsRemap: readonly IdMap[];
  /** Names of others on its networks. */
  readonly others: readonly HostsEntry[];
  /** Its addresses where it has no endpoints. */
  readonly own?: readonly string[];
  /** What `host-gateway` is where it has no endpoints. */
  readonly gateway?: string | undefined;
  /** A server that this network has. Default none. */
  readonly server?: string | undefined;
}

/**
 * Writes /etc/hosts, /etc/hostname and /etc/resolv.conf of a container by docker's rules.
 *
 * @throws UserError where `host-gateway` stands for nothing
 */
export function writeNetworkFiles(request: NetworkFilesRequest): void {
  const { directory, hostname, usernsRemap } = request;
  const owner = usernsRemap.length === 0 ? undefined : idOutside(usernsRemap, 0);
  const texts = { "resolv.conf": resolvText(request), hostname: `${hostname}\n`, hosts: hostsOf(request) };
  for (const name of NETWORK_FILES) {
    const path = `${directory}/${name}`;
    rewrite(path, texts[name]);
    if (owner !== undefined) chownSync(path, owner, owner);
  }
}

/** Tells a container of others on its networks. What somebody has written there stays. */
export function rewriteHosts(directory: string, others: readonly HostsEntry[]): void {
  const path = `${directory}/hosts`;
  try {
    const text = readFileSync(path, "utf8");
    const anew = withNetworkNames(text, others);
    if (anew !== text) rewrite(path, anew);
  } catch (error) {
    // It is being removed, or never had one.
    if (!isErrno(error, "ENOENT", "ENOTDIR")) throw error;
  }
}

/** In place: containers have the file itself, not its name. */
function rewrite(path: string, text: string): void {
  const fd = openSync(path, O.WRONLY | O.CREAT | O.CLOEXEC | O.NOFOLLOW, 0o644);
  try {
    const bytes = Buffer.from(text);
    writeSync(fd, bytes, 0, bytes.length, 0);
    ftruncateSync(fd, bytes.length);
    fchmodSync(fd, 0o644);
  } finally {
    closeSync(fd);
  }
}

function resolvText({ net, dns, dnsSearch, dnsOptions, endpoints, server }: NetworkFilesRequest): string {
  const isHostNetwork = net.mode === "host";
  const conf = containerResolvConf(hostResolvConf(isHostNetwork), {
    dns: dns.length === 0 && server !== undefined ? [server] : dns,
    search: dnsSearch,
    options: dnsOptions,
    ipv6: endpoints.some(({ gateways }) => gateways.some((gateway) => gateway.includes(":"))),
    isHostNetwork,
  });
  return formatResolvConf(conf);
}

function hostResolvConf(isHostNetwork: boolean): string {
  const text = readOr("/etc/resolv.conf");
  return !isHostNetwork && isResolved(text) ? readOr(RESOLVED) : text;
}

/** A machine may have none. */
function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT", "EACCES", "ENOTDIR")) return "";
    throw error;
  }
}

function hostsOf(request: NetworkFilesRequest): string {
  const { net, hostname, domainname, endpoints, extraHosts, others } = request;
  const own = request.own ?? endpoints.flatMap(({ addresses }) => addresses.map(withoutLength));
  const names = domainname === undefined ? [hostname] : [`${hostname}.${domainname}`, hostname];
  const [gateway = request.gateway] = endpoints.flatMap(({ gateways }) => gateways);
  const extra = extraHosts.map(({ name, address }) => ({
    address: address === "host-gateway" ? hostGateway(net.mode, gateway) : address,
    names: [name],
  }));
  const entries = [...extra, ...own.map((address) => ({ address, names }))];
  const base =
    net.mode === "host" ? `${readOr("/etc/hosts").replace(/\n*$/, "\n")}${lines(entries)}` : hostsText(entries);
  return withNetworkNames(base, others);
}

function lines(entries: readonly HostsEntry[]): string {
  return entries.map(({ address, names }) => `${address}\t${names.join(" ")}\n`).join("");
}

/** In its network this machine is its own loopback. */
function hostGateway(mode: string, gateway: string | undefined): string {
  if (mode === "host") return "127.0.0.1";
  if (gateway !== undefined) return gateway;
  throw new UserError("unable to derive the IP value for host-gateway", {
    hint: "a network whose containers reach this machine: --net bridge",
  });
}
