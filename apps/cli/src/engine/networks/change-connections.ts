import { flushUdp, hasLink, publish, routeAdd, unpublish } from "@wb/net";
import { UserError } from "../../user-error.ts";
import type { ContainerInfo } from "../containers/container-info.ts";
import { listedOf } from "../containers/listed.ts";
import { CONFIG_FILE, type StoredConfig } from "../containers/stored-config.ts";
import { STATE_FILE } from "../containers/stored-state.ts";
import type { NetworkMode } from "../options/network-mode.ts";
import type { ContainerEntry } from "../store/container-entry.ts";
import { connectEndpoint } from "./connect-endpoint.ts";
import {
  type ContainerConnections,
  type Endpoint,
  readConnections,
  writeConnections,
} from "./container-connections.ts";
import type { EndpointSettings } from "./endpoint-settings.ts";
import { findNetwork } from "./find-network.ts";
import { releaseAddresses, removeEndpoint } from "./leave-networks.ts";
import { lockNetwork } from "./lock-network.ts";
import { tellNames } from "./names-on-networks.ts";
import { networkEvent } from "./network-event.ts";
import type { NetworkRecord } from "./network-record.ts";
import { networkUp } from "./network-up.ts";
import { planEndpoint } from "./plan-endpoint.ts";
import { publishedPorts } from "./published-ports.ts";

/**
 * Connects a container to one more network, now if it runs, and whenever it is started. The caller has the container's lock.
 *
 * @throws UserError in docker's words; it is as before then
 */
export function connectContainer(
  { entry, info }: { readonly entry: ContainerEntry; readonly info: ContainerInfo },
  reference: string,
  settings: EndpointSettings,
): void {
  using _lock = lockNetwork();
  const network = findNetwork(reference);
  const networks = networksOf(info);
  if (networks.includes(network.name))
    throw new UserError(`endpoint with name ${info.name} already exists in network ${network.name}`, {
      hint: `wb network disconnect ${network.name} ${info.name} takes it away`,
    });
  const before = runs(info) ? readConnections(info.id) : undefined;
  const connections = before === undefined ? undefined : connected(before, { network, info, settings });
  const { options } = info.config;
  remember(entry, info, connections, {
    ...options,
    net: { mode: "networks", networks: [...networks, network.name] },
    connected: { ...options.connected, [network.name]: settings },
  });
  networkEvent("connect", network, info.id);
}

/**
 * Takes a container from a network, now if it runs, and for its next start. The caller has the container's lock.
 *
 * @throws UserError in docker's words
 */
export function disconnectContainer(
  { entry, info }: { readonly entry: ContainerEntry; readonly info: ContainerInfo },
  reference: string,
): void {
  using _lock = lockNetwork();
  const network = findNetwork(reference);
  const networks = networksOf(info);
  if (!networks.includes(network.name))
    throw new UserError(`container ${info.id} is not connected to network ${network.name}`, {
      hint: `it is on ${networks.join(", ")}`,
    });
  const before = runs(info) ? readConnections(info.id) : undefined;
  const connections = before === undefined ? undefined : disconnected(before, network, info);
  const { [network.name]: _gone, ...rest } = info.config.options.connected ?? {};
  remember(entry, info, connections, {
    ...info.config.options,
    net: { mode: "networks", networks: networks.filter((name) => name !== network.name) },
    connected: rest,
  });
  networkEvent("disconnect", network, info.id);
}

/** @throws UserError for one that has no networks, or another's */
function networksOf({ config }: ContainerInfo): readonly string[] {
  const { net } = config.options;
  if (net.mode === "networks") return net.networks;
  const [message, hint] = REFUSALS[net.mode];
  throw new UserError(message, { hint });
}

const OF_USER = [
  "container of an ordinary user cannot be connected to networks of the kernel",
  "root makes those",
] as const;

const REFUSALS: Readonly<Record<Exclude<NetworkMode["mode"], "networks">, readonly [message: string, hint: string]>> = {
  pasta: OF_USER,
  slirp4netns: OF_USER,
  none: [
    "container cannot be connected to multiple networks with one of the networks in private (none) mode",
    "it was made with --net none",
  ],
  host: [
    "container sharing network namespace with another container or host cannot be connected to any other network",
    "it was made with --net host",
  ],
  container: [
    "container sharing network namespace with another container or host cannot be connected to any other network",
    "connect the other container",
  ],
  ns: [
    "container sharing network namespace with another container or host cannot be connected to any other network",
    "it was made with --net ns:PATH",
  ],
};

function runs({ state }: ContainerInfo): boolean {
  return state === "running" || state === "paused";
}

function pidOf({ record, id }: ContainerInfo): number {
  if (record === undefined || record.init_process_pid === 0) throw new UserError(`container ${id} is not running`);
  return record.init_process_pid;
}

function connected(
  before: ContainerConnections,
  {
    network,
    info,
    settings,
  }: { readonly network: NetworkRecord; readonly info: ContainerInfo; readonly settings: EndpointSettings },
): ContainerConnections {
  networkUp(network);
  const begun = { ...before, networks: [...before.networks, network.id] };
  writeConnections(begun);
  let endpoint: Endpoint | undefined;
  try {
    endpoint = planEndpoint(network, { id: info.id, name: info.name, link: freeLink(before), ...settings });
    const connections = { ...begun, endpoints: [...begun.endpoints, endpoint] };
    writeConnections(connections);
    connectEndpoint(endpoint, pidOf(info), { isWayOut: before.endpoints.length === 0 });
    movePorts(before, connections);
    tellNames([network.id]);
    return connections;
  } catch (error) {
    if (endpoint !== undefined) releaseAddresses(endpoint);
    writeConnections(before);
    throw error;
  }
}

function disconnected(before: ContainerConnections, network: NetworkRecord, info: ContainerInfo): ContainerConnections {
  const gone = before.endpoints.filter(({ networkId }) => networkId === network.id);
  const connections = {
    ...before,
    networks: before.networks.filter((id) => id !== network.id),
    endpoints: before.endpoints.filter(({ networkId }) => networkId !== network.id),
  };
  const [first] = before.endpoints;
  movePorts(before, connections);
  gone.forEach(removeEndpoint);
  writeConnections(connections);
  if (first !== undefined && gone.includes(first)) findWayOut(connections, pidOf(info));
  tellNames([network.id, ...connections.networks]);
  return connections;
}

/** eth0, eth1…: the first that it has not. */
function freeLink({ endpoints }: ContainerConnections): string {
  let number = 0;
  while (endpoints.some(({ name }) => name === `eth${number}`)) number++;
  return `eth${number}`;
}

/** Ports lead to the first network that a container is on. */
function movePorts(before: ContainerConnections, now: ContainerConnections): void {
  const [old, wanted] = [publishedPorts(before), publishedPorts(now)];
  if (JSON.stringify(old) === JSON.stringify(wanted)) return;
  unpublish(old);
  publish(wanted);
  const udp = old.filter(({ protocol }) => protocol === "udp").map(({ port }) => port);
  if (udp.length > 0) flushUdp({ ports: udp });
}

/** By the next network that leads out. */
function findWayOut({ endpoints }: ContainerConnections, pid: number): void {
  const next = endpoints.find(({ gateways }) => gateways.length > 0);
  for (const via of next?.gateways ?? [])
    if (hasLink(next?.name ?? "", { netns: pid }))
      routeAdd({ to: "default", via, dev: next?.name ?? "" }, { netns: pid });
}

/** For its next start, and for lists. */
function remember(
  entry: ContainerEntry,
  { stored, config }: ContainerInfo,
  connections: ContainerConnections | undefined,
  options: StoredConfig["options"],
): void {
  const anew = { ...config, options };
  entry.write(CONFIG_FILE, anew);
  if (stored.listed !== null) entry.write(STATE_FILE, { ...stored, listed: listedOf(anew, connections) });
}
