import { type Where, withNetlink } from "../../netlink/open.ts";
import { RTM } from "../rtm.ts";
import { RTEXT_FILTER } from "./get-request.ts";
import { type Link, parseLink } from "./link.ts";
import { IFLA_REQUEST, ifinfomsg } from "./message.ts";

export interface LinkListOptions {
  /** Only the ports of this bridge, by its index. */
  readonly master?: number;
  /** Only links of this kind. */
  readonly kind?: string;
}

/**
 * All links of a network namespace, by their indexes.
 *
 * Equivalent to `ip -d link show`
 *
 * @example
 * linkList({ netns: "blue" }).map(({ name, kind }) => `${name} ${kind}`);
 */
export function linkList(where: Where = {}, { master, kind }: LinkListOptions = {}): Link[] {
  const payload = Buffer.concat([
    ifinfomsg.encode({}),
    IFLA_REQUEST.encode({
      ...(master === undefined ? {} : { master }),
      ...(kind === undefined ? {} : { info: { kind } }),
      extMask: RTEXT_FILTER.SKIP_STATS,
    }),
  ]);
  const request = { type: RTM.GETLINK, name: "RTM_GETLINK", flags: 0, command: "ip link show", payload };
  return withNetlink("route", where, (socket) => socket.dump(request).map(parseLink));
}
