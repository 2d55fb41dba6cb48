import { openNetlink } from "@wb/net";
import { UserError } from "../../user-error.ts";
import { newContainerId } from "../container-id.ts";
import { lockNetwork } from "./lock-network.ts";
import { bridgeOptions, checkNetworkDriver } from "./network-drivers.ts";
import { networkEvent } from "./network-event.ts";
import type { NetworkRecord } from "./network-record.ts";
import { readNetwork, writeNetwork } from "./network-store.ts";
import { networkUp } from "./network-up.ts";
import { planPools, type PoolsRequest } from "./plan-pools.ts";
import { isPredefined } from "./predefined.ts";
import { removeNetworkParts } from "./remove-network.ts";
import { takenSubnets } from "./taken-subnets.ts";

export interface NetworkRequest extends PoolsRequest {
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** `-o` */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Makes a network, with its bridge.
 *
 * @throws UserError in docker's words; nothing is left then
 */
export function createNetwork(request: NetworkRequest): NetworkRecord {
  const { name, driver, internal, ipv6, labels, options } = request;
  checkNetworkDriver(driver);
  const { bridge, mtu, icc, masquerade } = bridgeOptions(options);
  using _lock = lockNetwork();
  if (isPredefined(name) || readNetwork(name) !== undefined)
    throw new UserError(`network with name ${name} already exists`, { hint: "choose another name: wb network ls" });
  const id = newContainerId();
  const network: NetworkRecord = {
    version: 1,
    id,
    name,
    driver,
    created: Date.now(),
    bridge: bridge ?? `br-${id.slice(0, 12)}`,
    pools: planPools(request, taken()),
    isConfigured: request.subnets.length > 0,
    ipv6,
    internal,
    masquerade: masquerade && !internal,
    icc,
    mtu,
    labels,
    options,
  };
  // First, so that what a killed process has made belongs to something.
  writeNetwork(network);
  try {
    networkUp(network);
  } catch (error) {
    removeNetworkParts(network);
    throw error;
  }
  networkEvent("create", network);
  return network;
}

function taken(): string[] {
  using socket = openNetlink("route");
  return takenSubnets(socket);
}
