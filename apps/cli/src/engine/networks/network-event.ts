import { recordEvent } from "../events/record-event.ts";
import type { Endpoint } from "./container-connections.ts";
import type { NetworkRecord } from "./network-record.ts";

/** Records that a container is on its networks from now on, or no more. */
export function endpointEvents(
  action: "connect" | "disconnect",
  endpoints: readonly Endpoint[],
  container: string,
): void {
  for (const { networkId, network } of endpoints) networkEvent(action, { id: networkId, name: network }, container);
}

/** Records what happened to a network, in docker's words. @param container that is connected, or no more */
export function networkEvent(
  action: "create" | "connect" | "disconnect" | "destroy",
  { id, name }: Pick<NetworkRecord, "id" | "name">,
  container?: string,
): void {
  const attributes = { ...(container === undefined ? {} : { container }), name, type: "bridge" };
  recordEvent({ type: "network", action, id, attributes });
}
