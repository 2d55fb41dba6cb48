import { connect, type Netns } from "@wb/net";
import type { Endpoint } from "./container-connections.ts";

/** Makes the link of a container on a network. @param isWayOut all that is sent elsewhere goes by it */
export function connectEndpoint(
  { name, host, bridge, addresses, gateways, mac, mtu, isolated }: Endpoint,
  netns: Netns,
  { isWayOut }: { readonly isWayOut: boolean },
): void {
  connect({
    netns,
    name,
    host,
    bridge,
    addresses,
    gateways: isWayOut ? gateways : [],
    ...(mac === "" ? {} : { mac }),
    ...(mtu > 0 ? { mtu } : {}),
    isolated,
  });
}
