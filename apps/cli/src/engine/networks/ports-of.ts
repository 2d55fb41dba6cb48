import type { Port } from "../columns/port-text.ts";
import type { ExposedPort } from "../network-options.ts";
import type { ContainerConnections } from "./container-connections.ts";
import { isIpv4 } from "./published-ports.ts";

/** PORTS of docker ps: those that are published, and those that are only exposed. */
export function portsOf(
  { ports, endpoints }: Pick<ContainerConnections, "ports" | "endpoints">,
  exposed: readonly ExposedPort[],
): Port[] {
  const ipv6 = endpoints.some(({ addresses }) => addresses.some((address) => !isIpv4(address)));
  const published = ports.flatMap(({ address, port, containerPort, protocol }) =>
    (address === "" ? ["0.0.0.0", ...(ipv6 ? ["::"] : [])] : [address]).map((ip) => ({
      ip,
      privatePort: containerPort,
      publicPort: port,
      type: protocol as string,
    })),
  );
  const isPublished = ({ port, protocol }: ExposedPort): boolean =>
    ports.some((one) => one.containerPort === port && one.protocol === protocol);
  return [
    ...published,
    ...exposed.filter((one) => !isPublished(one)).map(({ port, protocol }) => ({ privatePort: port, type: protocol })),
  ];
}
