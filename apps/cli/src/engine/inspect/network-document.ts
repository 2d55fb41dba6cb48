import type { ContainerInfo } from "../containers/container-info.ts";
import type { ExposedPort } from "../network-options.ts";
import { type BoundPort, type Endpoint, readConnections } from "../networks/container-connections.ts";
import { type EndpointSettings, endpointSettings } from "../networks/endpoint-settings.ts";
import { DEFAULT_NETWORK, networkNames } from "../options/network-mode.ts";
import { orNull } from "./host-config-document.ts";

/** `NetworkSettings` of docker inspect (moby, api/types, NetworkSettings). */
export function networkDocument({
  id,
  config,
  state,
  record,
}: Pick<ContainerInfo, "id" | "config" | "state" | "record">): object {
  const isAlive = state === "running" || state === "paused";
  const { net, exposed } = config.options;
  const { endpoints = [], ports = [] } = (isAlive ? readConnections(id) : undefined) ?? {};
  const ofDefault = endpoints.find(({ network }) => network === DEFAULT_NETWORK);
  return {
    Bridge: "",
    SandboxID: "",
    HairpinMode: false,
    LinkLocalIPv6Address: "",
    LinkLocalIPv6PrefixLen: 0,
    Ports: portsDocument(ports, isAlive ? exposed : [], endpoints),
    SandboxKey: isAlive && net.mode !== "host" && record !== undefined ? `/proc/${record.init_process_pid}/ns/net` : "",
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    ...addressFields(ofDefault),
    Networks: new Map(
      endpoints.length > 0
        ? endpoints.map((endpoint) => [
            endpoint.network,
            endpointDocument(endpoint, endpointSettings(config.options, endpoint.network)),
          ])
        : networkNames(net).map((name) => [name, endpointDocument(undefined, endpointSettings(config.options, name))]),
    ),
  };
}

function endpointDocument(endpoint: Endpoint | undefined, { ip, ip6 }: EndpointSettings): object {
  return {
    IPAMConfig:
      ip === undefined && ip6 === undefined
        ? null
        : { ...(ip !== undefined && { IPv4Address: ip }), ...(ip6 !== undefined && { IPv6Address: ip6 }) },
    Links: null,
    Aliases: orNull(endpoint?.names ?? []),
    NetworkID: endpoint?.networkId ?? "",
    ...addressFields(endpoint),
    DriverOpts: null,
  };
}

function addressFields(endpoint: Endpoint | undefined): object {
  const of = (isIpv6: boolean): { readonly address: string; readonly length: number; readonly gateway: string } => {
    const prefix = endpoint?.addresses.find((one) => one.includes(":") === isIpv6) ?? "";
    const [address = "", length = 0] = prefix.split("/");
    const gateway = endpoint?.gateways.find((one) => one.includes(":") === isIpv6) ?? "";
    return { address, length: Number(length), gateway };
  };
  const [ipv4, ipv6] = [of(false), of(true)];
  return {
    EndpointID: endpoint?.id ?? "",
    Gateway: ipv4.gateway,
    GlobalIPv6Address: ipv6.address,
    GlobalIPv6PrefixLen: ipv6.length,
    IPAddress: ipv4.address,
    IPPrefixLen: ipv4.length,
    IPv6Gateway: ipv6.gateway,
    MacAddress: endpoint?.mac ?? "",
  };
}

/** `80/tcp` to where it is published; null for one that is only exposed. */
function portsDocument(
  ports: readonly BoundPort[],
  exposed: readonly ExposedPort[],
  endpoints: readonly Endpoint[],
): ReadonlyMap<string, readonly object[] | null> {
  const hasIpv6 = endpoints.some(({ addresses }) => addresses.some((address) => address.includes(":")));
  const document = new Map<string, readonly object[] | null>(
    exposed.map(({ port, protocol }) => [`${port}/${protocol}`, null]),
  );
  for (const { address, port, containerPort, protocol } of ports) {
    const key = `${containerPort}/${protocol}`;
    const hosts = address === "" ? ["0.0.0.0", ...(hasIpv6 ? ["::"] : [])] : [address];
    document.set(key, [...(document.get(key) ?? []), ...hosts.map((HostIp) => ({ HostIp, HostPort: String(port) }))]);
  }
  return document;
}
