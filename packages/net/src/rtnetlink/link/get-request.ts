import type { NetlinkRequest } from "../../netlink/request.ts";
import { RTM } from "../rtm.ts";
import { IFLA_REQUEST, ifinfomsg } from "./message.ts";

/** IFLA_EXT_MASK, linux/rtnetlink.h: without the counters of IPv6, which take time to collect. */
export const RTEXT_FILTER = { SKIP_STATS: 0x8 } as const;

/** Asks for one link, by its index, its name, or one of its other names. */
export function getLinkRequest(dev: string | number): NetlinkRequest {
  const header = ifinfomsg.encode({ ifi_index: typeof dev === "number" ? dev : 0 });
  const found = IFLA_REQUEST.encode({
    ...nameOf(dev),
    extMask: RTEXT_FILTER.SKIP_STATS,
  });
  return {
    type: RTM.GETLINK,
    name: "RTM_GETLINK",
    flags: 0,
    command: `ip link show ${dev}`,
    payload: Buffer.concat([header, found]),
  };
}

/** The attribute that finds a link by its name. IFNAMSIZ of linux/if.h, with its NUL byte, is 16. */
export function nameOf(dev: string | number): { readonly name?: string; readonly altName?: string } {
  if (typeof dev === "number") return {};
  return Buffer.byteLength(dev) < 16 ? { name: dev } : { altName: dev };
}
