import { recordEvent } from "../events/record-event.ts";
import type { NetworkRecord } from "./network-record.ts";

/** Records what happened to a network, in docker's words. @param container that is connected, or no more */
export function networkEvent(
  action: "create" | "connect" | "disconnect" | "destroy",
  { id, name }: Pick<NetworkRecord, "id" | "name">,
  container?: string,
): void {
  const attributes = { ...(container === undefined ? {} : { container }), name, type: "bridge" };
  recordEvent({ type: "network", action, id, attributes });
}
