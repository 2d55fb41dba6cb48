import { flushUdp, publish, type PublishedPort } from "@wb/net";
import { isErrno } from "@wb/syscall";
import { UserError } from "../../user-error.ts";
import { isUserMode } from "../options/network-mode.ts";
import type { RunOptions } from "../run-options.ts";
import { bindPorts } from "./bind-ports.ts";
import { connectEndpoint } from "./connect-endpoint.ts";
import {
  allConnections,
  type BoundPort,
  type ContainerConnections,
  type Endpoint,
  writeConnections,
} from "./container-connections.ts";
import { endpointSettings } from "./endpoint-settings.ts";
import { foreignPorts } from "./foreign-ports.ts";
import { joinUserMode } from "./join-user-mode.ts";
import { leaveNetworksLocked } from "./leave-networks.ts";
import { lockNetwork } from "./lock-network.ts";
import { namesOnNetworks, tellNames } from "./names-on-networks.ts";
import { writeNetworkFiles } from "./network-files.ts";
import { rulesUp } from "./network-up.ts";
import { planEndpoint } from "./plan-endpoint.ts";
import { publishedPorts } from "./published-ports.ts";
import { useNetwork } from "./use-network.ts";
import { wantedPorts } from "./wanted-ports.ts";

export interface JoinRequest {
  /** The container's. */
  readonly id: string;
  readonly name: string;
  readonly options: RunOptions;
  /** In the container, as its configuration has it. */
  readonly hostname: string;
  /** Where its files are. */
  readonly directory: string;
}

/** What a container is given on its networks, before it is there. */
export interface JoinedNetworks {
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly BoundPort[];
  /**
   * Connects it, and publishes its ports, once its first process is in its network namespace.
   *
   * @throws NetlinkError; the caller has it leave its networks then
   */
  readonly connect: (pid: number) => void;
  /** By a program of the user, which opens the namespaces. Default false. */
  readonly isUserMode?: boolean;
}

/**
 * Gives a container its addresses and ports on the networks that it asked for, which are made ready, and writes its files. Other commands know of
 * it from now on: whoever finds that it is gone has it leave them.
 *
 * @throws UserError, NetError, NetlinkError; nothing is left then
 */
export function joinNetworks(request: JoinRequest): JoinedNetworks {
  const { id, options, directory } = request;
  if (isUserMode(options.net)) return joinUserMode(request, options.net.mode);
  if (options.net.mode !== "networks") {
    writeNetworkFiles({ ...options, ...request, endpoints: [], others: [] });
    return { endpoints: [], ports: [], connect: () => undefined };
  }
  using _lock = lockNetwork();
  // Of a start that was killed.
  leaveNetworksLocked(id);
  try {
    const connections = planConnections(request, options.net.networks);
    const all = allConnections();
    writeNetworkFiles({
      ...options,
      ...request,
      endpoints: connections.endpoints,
      others: namesOnNetworks(connections, all),
    });
    return {
      endpoints: connections.endpoints,
      ports: connections.ports,
      connect: (pid) => connectAll(connections, pid),
    };
  } catch (error) {
    leaveNetworksLocked(id);
    throw error;
  }

  function planConnections({ name }: JoinRequest, references: readonly string[]): ContainerConnections {
    const networks = references.map(useNetwork);
    const others = allConnections();
    const wanted = wantedPorts(options);
    const foreign = wanted.length === 0 ? undefined : foreignPorts(others);
    const ipv6 = networks.some((network) => network.ipv6);
    const ports = bindPorts(wanted, { name, others, foreign: foreign?.taken ?? [], ipv6 });
    foreign?.removeStale(ports);
    const begun = {
      version: 1,
      id,
      networks: networks.map((network) => network.id),
      endpoints: [],
      ports,
      directory,
    } as const;
    writeConnections(begun);
    const endpoints = networks.map((network, index) =>
      planEndpoint(network, { id, name, link: `eth${index}`, ...endpointSettings(options, network.name) }),
    );
    const connections = { ...begun, endpoints };
    writeConnections(connections);
    return connections;
  }
}

function connectAll(connections: ContainerConnections, pid: number): void {
  using _lock = lockNetwork();
  const { endpoints } = connections;
  endpoints.forEach((endpoint, index) => connectEndpoint(endpoint, pid, { isWayOut: index === 0 }));
  publishAll(connections);
  tellNames(endpoints.map(({ networkId }) => networkId));
}

function publishAll(connections: ContainerConnections): void {
  const ports = publishedPorts(connections);
  if (ports.length === 0) return;
  try {
    publishAnyhow(ports);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
    // They are not this container's, to be taken away with it.
    writeConnections({ ...connections, ports: [] });
    const [{ address = "0.0.0.0", port } = { port: 0 }] = ports;
    throw new UserError(`Bind for ${address}:${port} failed: port is already allocated`, {
      hint: "the rules of this machine have it: nft list table inet wb",
      cause: error,
    });
  }
  writeConnections({ ...connections, isPublished: true });
  const udp = ports.filter(({ protocol }) => protocol === "udp");
  if (udp.length > 0) flushUdp({ ports: udp.map(({ port }) => port) });
}

/** Somebody may have flushed the rules meanwhile. */
function publishAnyhow(ports: readonly PublishedPort[]): void {
  try {
    publish(ports);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
    rulesUp(undefined);
    publish(ports);
  }
}
