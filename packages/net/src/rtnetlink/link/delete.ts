import { NO_ANSWER } from "../../netlink/answer.ts";
import { NLM_F } from "../../netlink/message.ts";
import { NetlinkError } from "../../netlink/netlink-error.ts";
import { openNetlink, type OpenNetlinkOptions, type Where } from "../../netlink/open.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { RTM } from "../rtm.ts";
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

/**
 * The same, while this thread goes on.
 *
 * @throws NetlinkError ENODEV when there is none
 */
export async function linkDeleteInPool(dev: string | number, { netns }: OpenNetlinkOptions = {}): Promise<void> {
  using socket = openNetlink("route", { netns });
  const { command, flags } = planLinkDelete(dev);
  const request = {
    type: RTM.DELLINK,
    name: "RTM_DELLINK",
    flags: flags | NLM_F.ACK,
    command,
    payload: payloadOf(dev),
  };
  const [reply] = await socket.transactInPool([request]);
  if (reply?.answer?.errno !== 0) throw new NetlinkError(request, reply?.answer ?? NO_ANSWER);
}

/** The same as data, for `batch`, which cannot take it back. */
export function planLinkDelete(dev: string | number): Change {
  return {
    message: "DELLINK",
    flags: 0,
    command: `ip link delete ${dev}`,
    payload: () => payloadOf(dev),
    dev,
  };
}

function payloadOf(dev: string | number): Buffer {
  const header = ifinfomsg.encode({ ifi_index: typeof dev === "number" ? dev : 0 });
  return Buffer.concat([header, IFLA_REQUEST.encode(nameOf(dev))]);
}
