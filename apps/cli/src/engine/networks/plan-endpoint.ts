import { allocate, parseIp } from "@wb/net";
import { newContainerId } from "../container-id.ts";
import { DEFAULT_NETWORK } from "../options/network-mode.ts";
import type { Endpoint } from "./container-connections.ts";
import { leasesDirectory } from "./network-places.ts";
import type { NetworkPool, NetworkRecord } from "./network-record.ts";
import { refuseAddress } from "./refuse-address.ts";

/** What a container asks of its place on a network. */
export interface EndpointRequest {
  /** The container's. */
  readonly id: string;
  readonly name: string;
  /** The link in the container. */
  readonly link: string;
  readonly aliases: readonly string[];
  readonly ip: string | undefined;
  readonly ip6: string | undefined;
  readonly mac: string | undefined;
}

/**
 * Plans how a container is connected to a network, with addresses that are its own from now on. The caller has the lock of the network.
 *
 * @throws UserError, NetError for an address that cannot be had
 */
export function planEndpoint(network: NetworkRecord, request: EndpointRequest): Endpoint {
  const { id, name, link, aliases, ip, ip6, mac } = request;
  refuseAddress(network, request);
  const given = network.pools.map((pool) => addressFrom(pool, network, { id, ip, ip6 }));
  const isDefault = network.name === DEFAULT_NETWORK;
  const endpointId = newContainerId();
  return {
    id: endpointId,
    networkId: network.id,
    network: network.name,
    name: link,
    host: `veth${endpointId.slice(0, 8)}`,
    bridge: network.bridge,
    addresses: given,
    gateways: network.internal ? [] : network.pools.map(({ gateway }) => gateway),
    mac: mac ?? macOf(given[0] ?? ""),
    mtu: network.mtu,
    isolated: !network.icc,
    names: isDefault ? [] : [...new Set([name, ...aliases, id.slice(0, 12)])],
    aliases,
  };
}

function addressFrom(
  { subnet, range, gateway, reserved }: NetworkPool,
  network: NetworkRecord,
  { id, ip, ip6 }: Pick<EndpointRequest, "id" | "ip" | "ip6">,
): string {
  const version = subnet.includes(":") ? 6 : 4;
  const wanted = version === 6 ? ip6 : ip;
  const address = allocate(
    leasesDirectory(network.id, version),
    { subnet, gateway, reserved: Object.values(reserved), ...(range === "" ? {} : { range }) },
    id,
    wanted === undefined ? {} : { address: wanted },
  );
  return `${address}/${subnet.split("/")[1]}`;
}

/** By its address, as docker has it: who knew another container with the address is not misled. */
function macOf(prefix: string): string {
  const bytes = parseIp(prefix.split("/")[0] ?? "").subarray(-4);
  return ["02", "42", ...[...bytes].map((byte) => byte.toString(16).padStart(2, "0"))].join(":");
}
