import { hasLink, NetError, openNetlink, publish } from "@wb/net";
import { isErrno } from "@wb/syscall";
import { infoOf } from "../containers/container-info.ts";
import { attachPorts } from "./attach-ports.ts";
import { connectEndpoint } from "./connect-endpoint.ts";
import { allConnections, type ContainerConnections } from "./container-connections.ts";
import { lockNetwork } from "./lock-network.ts";
import type { NetworkRecord } from "./network-record.ts";
import { allNetworks } from "./network-store.ts";
import { networkUp } from "./network-up.ts";
import { publishedPorts } from "./published-ports.ts";

/** Puts back what somebody took away of the networks of containers that run: bridges, links, rules and ports. What is right stays. */
export function reloadNetworks(): void {
  using _lock = lockNetwork();
  const all = allConnections();
  const used = new Set(all.flatMap(({ networks }) => networks));
  const networks = allNetworks().filter(({ id }) => used.has(id));
  networks.forEach(networkUp);
  for (const connections of all) reloadLinks(connections);
  reattach(networks);
  for (const connections of all) publishAgain(connections);
}

function reattach(networks: readonly NetworkRecord[]): void {
  using socket = openNetlink("route");
  for (const network of networks) attachPorts(network, socket);
}

function reloadLinks({ id, endpoints }: ContainerConnections): void {
  const { record, state } = infoOf(id, "") ?? {};
  if (record === undefined || (state !== "running" && state !== "paused")) return;
  using socket = openNetlink("route");
  endpoints.forEach((endpoint, index) => {
    if (hasLink(endpoint.host, socket)) return;
    try {
      connectEndpoint(endpoint, record.init_process_pid, { isWayOut: index === 0 });
    } catch (error) {
      // It ended meanwhile; others are still to be seen to.
      if (!(error instanceof NetError && error.code === "WB_NET_NETNS")) throw error;
    }
  });
}

/** One by one: what is published stays so. */
function publishAgain(connections: ContainerConnections): void {
  if (connections.isPublished !== true) return;
  for (const port of publishedPorts(connections)) {
    try {
      publish([port]);
    } catch (error) {
      if (!isErrno(error, "EEXIST")) throw error;
    }
  }
}
