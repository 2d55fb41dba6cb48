import { contains, parseAddress, parseSubnet, publishedPorts, type PublishedPort, unpublish } from "@wb/net";
import type { BoundPort, ContainerConnections } from "./container-connections.ts";
import { allNetworks } from "./network-store.ts";
import { withoutLength } from "./published-ports.ts";

/** What the rules of this machine have of ports that no container of this store has. */
export interface ForeignPorts {
  /** Another store's, or somebody's own. */
  readonly taken: readonly BoundPort[];
  /** Takes away what is left of containers that are gone, boot or no boot, where one of these ports is wanted now. */
  readonly removeStale: (wanted: readonly BoundPort[]) => void;
}

/** The caller has the lock of the network. */
export function foreignPorts(own: readonly ContainerConnections[]): ForeignPorts {
  const known = new Set(
    own.flatMap(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses.map(withoutLength))),
  );
  const subnets = allNetworks().flatMap(({ pools }) => pools.map(({ subnet }) => parseSubnet(subnet)));
  const isOurs = ({ to }: PublishedPort): boolean => {
    const { version, number } = parseAddress(to.address);
    return subnets.some((subnet) => contains(subnet, { version, first: number, last: number }));
  };
  const foreign = publishedPorts().filter(({ to }) => !known.has(to.address));
  const stale = foreign.filter(isOurs);
  return {
    taken: foreign.filter((port) => !isOurs(port)).map(boundPort),
    removeStale: (wanted) => {
      const names = new Set(wanted.map(({ port, protocol }) => `${port}/${protocol}`));
      const found = stale.filter(({ port, protocol = "tcp" }) => names.has(`${port}/${protocol}`));
      if (found.length > 0) unpublish(found);
    },
  };
}

function boundPort({ address = "", port, protocol = "tcp", to }: PublishedPort): BoundPort {
  return { address, port, protocol, containerPort: to.port };
}
