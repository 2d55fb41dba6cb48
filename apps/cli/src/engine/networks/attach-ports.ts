import { batch, linkFind, type NetlinkSocket, planBridgePortSet, planLinkSet } from "@wb/net";
import { allConnections } from "./container-connections.ts";
import type { NetworkRecord } from "./network-record.ts";

/** Makes the links of containers ports of their network's bridge again, which somebody deleted and which is there anew. */
export function attachPorts({ id, bridge }: NetworkRecord, socket: NetlinkSocket): void {
  const index = linkFind(bridge, socket)?.index;
  for (const { networkId, host, isolated } of allConnections().flatMap(({ endpoints }) => endpoints)) {
    const link = networkId === id ? linkFind(host, socket) : undefined;
    if (link === undefined || link.master === index) continue;
    batch(
      [
        planLinkSet(host, { master: bridge, up: true }),
        planBridgePortSet(host, { hairpin: true, ...(isolated ? { isolated } : {}) }),
      ],
      socket,
    );
  }
}
