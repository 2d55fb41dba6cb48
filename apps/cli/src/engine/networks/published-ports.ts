import type { PublishedPort } from "@wb/net";
import type { ContainerConnections } from "./container-connections.ts";

/** What the rules of this machine have for a container's ports: each leads to its first address of the family. */
export function publishedPorts({
  endpoints,
  ports,
}: Pick<ContainerConnections, "endpoints" | "ports">): PublishedPort[] {
  const addresses = endpoints.flatMap((endpoint) => endpoint.addresses.map(withoutLength));
  const first = (isWanted: (address: string) => boolean): string[] => addresses.filter(isWanted).slice(0, 1);
  const targets = [...first(isIpv4), ...first((address) => !isIpv4(address))];
  return ports.flatMap(({ address, port, containerPort, protocol }) =>
    targets
      .filter((target) => address === "" || isIpv4(address) === isIpv4(target))
      .map((target) => ({
        ...(address === "" ? {} : { address }),
        port,
        protocol,
        to: { address: target, port: containerPort },
      })),
  );
}

export function withoutLength(prefix: string): string {
  return prefix.slice(0, prefix.indexOf("/"));
}

export function isIpv4(address: string): boolean {
  return !address.includes(":");
}
