import type { Where } from "../../netlink/open.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { type BridgePort } from "./bridge-port.ts";
import { nameOf } from "./get-request.ts";
import { linkFind } from "./get.ts";
import { IFLA_REQUEST, ifinfomsg } from "./message.ts";

/** What of a port can be set. */
export type BridgePortSettings = Partial<Omit<BridgePort, "messageAgeTimer" | "forwardDelayTimer" | "holdTimer">>;

/**
 * Changes a port of a bridge: hairpin, isolated, guard…
 *
 * Equivalent to `ip link set NAME type bridge_slave …`, and to `bridge link set dev NAME …`
 *
 * @throws NetlinkError EINVAL when the link is no port of a bridge
 * @example
 * bridgePortSet("web0", { hairpin: true, isolated: true });
 */
export function bridgePortSet(dev: string | number, port: BridgePortSettings, where: Where = {}): void {
  batch([planBridgePortSet(dev, port)], where);
}

/** The same as data, for `batch`. */
export function planBridgePortSet(dev: string | number, port: BridgePortSettings): Change {
  const words = Object.entries(port).map(
    ([name, value]) => ` ${name} ${typeof value === "boolean" ? (value ? "on" : "off") : value}`,
  );
  return {
    message: "NEWLINK",
    flags: 0,
    command: `ip link set ${dev} type bridge_slave${words.join("")}`,
    payload: () =>
      Buffer.concat([
        ifinfomsg.encode({ ifi_index: typeof dev === "number" ? dev : 0 }),
        IFLA_REQUEST.encode({ ...nameOf(dev), info: { portKind: "bridge", port } }),
      ]),
    dev,
    undo: (socket) => {
      const before = linkFind(dev, socket)?.port;
      if (before === undefined || before instanceof Uint8Array) return undefined;
      return planBridgePortSet(dev, Object.fromEntries(Object.entries(before).filter(([key]) => key in port)));
    },
  };
}
