import { type NetlinkSocket, routeList } from "@wb/net";
import { allNetworks } from "./network-store.ts";

/**
 * The subnets that no new network may have: those of other networks, and what this machine has routes to.
 *
 * @param except the id of a network that does not count
 */
export function takenSubnets(socket: NetlinkSocket, except?: string): string[] {
  const routes = ["inet", "inet6"].flatMap((family) => routeList(socket, { family: family as "inet" | "inet6" }));
  const known = allNetworks().filter(({ id }) => id !== except);
  return [
    ...known.flatMap(({ pools }) => pools.map(({ subnet }) => subnet)),
    ...routes
      .filter(({ table, to, type }) => table === "main" && to !== "default" && type === "unicast")
      .map(({ to }) => to),
  ];
}
