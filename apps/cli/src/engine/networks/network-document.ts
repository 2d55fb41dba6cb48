import { orNull } from "../inspect/host-config-document.ts";
import { dataDirectory } from "../store/directories.ts";
import { nameOfId } from "../store/names.ts";
import { rfc3339 } from "../words/rfc3339.ts";
import { allConnections, type Endpoint } from "./container-connections.ts";
import { noSuchNetwork, networkNamed } from "./network-named.ts";
import type { NetworkPool, NetworkRecord } from "./network-record.ts";
import { PREDEFINED } from "./predefined.ts";

/** What docker network inspect shows of a network (moby, api/types/network). @throws UserError in docker's words */
export function networkDocument(reference: string): object {
  const predefined = PREDEFINED.find(({ name, id }) => name === reference || id === reference);
  if (predefined !== undefined) return documentOf(predefined);
  const network = networkNamed(reference);
  if (network === undefined) throw noSuchNetwork(reference);
  return documentOf(network);
}

function documentOf(
  network: Pick<NetworkRecord, "id" | "name"> & { readonly driver: string } & Partial<Omit<NetworkRecord, "driver">>,
): object {
  const {
    id,
    name,
    driver,
    created = 0,
    ipv6 = false,
    internal = false,
    pools = [],
    labels = {},
    options = {},
  } = network;
  const store = dataDirectory();
  const endpoints = allConnections().flatMap((one) =>
    one.endpoints.filter(({ networkId }) => networkId === id).map((endpoint) => ({ container: one.id, endpoint })),
  );
  return {
    Name: name,
    Id: id,
    Created: rfc3339(created),
    Scope: "local",
    Driver: driver,
    EnableIPv6: ipv6,
    IPAM: { Driver: "default", Options: null, Config: orNull(pools.map(poolDocument)) },
    Internal: internal,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: new Map(
      endpoints.map(({ container, endpoint }) => [
        container,
        endpointDocument(nameOfId(store, container) ?? "", endpoint),
      ]),
    ),
    Options: new Map(
      Object.entries(
        network.bridge === undefined ? options : { "com.docker.network.bridge.name": network.bridge, ...options },
      ),
    ),
    Labels: new Map(Object.entries(labels)),
  };
}

function poolDocument({ subnet, range, gateway, reserved }: NetworkPool): object {
  return {
    Subnet: subnet,
    ...(range === "" ? {} : { IPRange: range }),
    Gateway: gateway,
    ...(Object.keys(reserved).length === 0 ? {} : { AuxiliaryAddresses: new Map(Object.entries(reserved)) }),
  };
}

function endpointDocument(name: string, { id, mac, addresses }: Endpoint): object {
  return {
    Name: name,
    EndpointID: id,
    MacAddress: mac,
    IPv4Address: addresses.find((address) => !address.includes(":")) ?? "",
    IPv6Address: addresses.find((address) => address.includes(":")) ?? "",
  };
}
