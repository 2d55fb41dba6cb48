import type { NetworkRow } from "../columns/network-columns.ts";
import { allConnections } from "./container-connections.ts";
import type { NetworkRecord } from "./network-record.ts";
import { allNetworks } from "./network-store.ts";
import { PREDEFINED } from "./predefined.ts";

/** All networks, in no order: those that are kept, and those that are none. */
export function networkRows(): NetworkRow[] {
  const connections = allConnections();
  const isUsed = (id: string): boolean => connections.some(({ networks }) => networks.includes(id));
  return [
    ...allNetworks().map((record) => ({ ...factsOf(record), inUse: isUsed(record.id) })),
    ...PREDEFINED.map((one) => ({ ...one, created: 0, ipv6: false, internal: false, labels: {}, inUse: true })),
  ];
}

function factsOf({ id, name, driver, created, ipv6, internal, labels }: NetworkRecord): Omit<NetworkRow, "inUse"> {
  return { id, name, driver, created, ipv6, internal, labels };
}
