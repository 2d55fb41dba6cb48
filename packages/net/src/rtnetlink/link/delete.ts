import type { Where } from "../../netlink/open.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { nameOf } from "./get-request.ts";
import { IFLA_REQUEST, ifinfomsg } from "./message.ts";

/**
 * Deletes a link; of a veth both ends go. The kernel waits for its own readers: that takes 20 ms for a veth, and this thread
 * waits with it. The links of a namespace that has no process any more go by themselves, which nobody waits for.
 *
 * Equivalent to `ip link delete NAME`
 *
 * @throws NetlinkError ENODEV when there is none
 */
export function linkDelete(dev: string | number, where: Where = {}): void {
  batch([planLinkDelete(dev)], where);
}

/** The same as data, for `batch`, which cannot take it back. */
export function planLinkDelete(dev: string | number): Change {
  return {
    message: "DELLINK",
    flags: 0,
    command: `ip link delete ${dev}`,
    payload: () =>
      Buffer.concat([
        ifinfomsg.encode({ ifi_index: typeof dev === "number" ? dev : 0 }),
        IFLA_REQUEST.encode(nameOf(dev)),
      ]),
    dev,
  };
}
