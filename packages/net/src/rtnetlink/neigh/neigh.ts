import { AF } from "@wb/syscall";
import type { Attribute } from "../../netlink/attribute.ts";
import { DecodeError } from "../../netlink/decode-error.ts";
import type { Message } from "../../netlink/message.ts";
import { type Where, withNetlink } from "../../netlink/open.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { linkIndex } from "../link-index.ts";
import { RTM } from "../rtm.ts";
import { nameIn } from "../scope.ts";
import { NDA, ndmsg, NTF, NUD } from "./message.ts";

/** An entry of the neighbour table: ARP, or NDP of IPv6. */
export interface Neigh {
  readonly family: "inet" | "inet6" | number;
  /** Its address. */
  readonly to: string;
  /** The link's index. */
  readonly index: number;
  /** The hardware address; none while it is asked for. */
  readonly lladdr?: string;
  readonly state: keyof typeof NUD | number;
  readonly router: boolean;
  /** This host answers for it. */
  readonly proxy: boolean;
  readonly unknown?: readonly Attribute[];
}

export interface NeighListOptions {
  readonly dev?: string | number;
  /** Default: both. */
  readonly family?: "inet" | "inet6";
  /** Only what this host answers for, which is a table of its own. Default false. */
  readonly proxy?: boolean;
}

/**
 * The neighbours of a network namespace, or of one link; also those of state noarp, which `ip` leaves out.
 *
 * Equivalent to `ip neigh show nud all`, `ip neigh show proxy`
 *
 * @throws NetError WB_NET_LINK
 */
export function neighList(where: Where = {}, options: NeighListOptions = {}): Neigh[] {
  return withNetlink("route", where, (socket) => neighMessages(socket, options).map(parseNeigh));
}

/** The same as the kernel has them. */
export function neighMessages(
  socket: NetlinkSocket,
  { dev, family, proxy = false }: NeighListOptions,
): readonly Message[] {
  const index = typeof dev === "string" ? linkIndex(dev, socket) : dev;
  const families = { inet: [AF.INET], inet6: [AF.INET6], both: [AF.INET, AF.INET6] };
  return families[family ?? "both"].flatMap((ndm_family) =>
    socket.dump({
      type: RTM.GETNEIGH,
      name: "RTM_GETNEIGH",
      flags: 0,
      command: "ip neigh show",
      payload: Buffer.concat([
        ndmsg.encode({ ndm_family, ndm_flags: proxy ? NTF.PROXY : 0 }),
        NDA.encode(index === undefined ? {} : { ifindex: index }),
      ]),
    }),
  );
}

/** Decodes an RTM_NEWNEIGH or RTM_DELNEIGH. @throws DecodeError */
export function parseNeigh({ payload }: Pick<Message, "payload">): Neigh {
  if (payload.length < ndmsg.size) throw new DecodeError(`struct ndmsg: ${payload.length} bytes`);
  const header = ndmsg.decode(payload);
  const { dst = "", lladdr, unknown } = NDA.decode(payload.subarray(ndmsg.size));
  return {
    family: nameIn({ inet: AF.INET, inet6: AF.INET6 }, header.ndm_family),
    to: dst,
    index: header.ndm_ifindex,
    ...(lladdr === undefined ? {} : { lladdr }),
    state: nameIn(NUD, header.ndm_state),
    router: (header.ndm_flags & NTF.ROUTER) !== 0,
    proxy: (header.ndm_flags & NTF.PROXY) !== 0,
    ...(unknown === undefined ? {} : { unknown }),
  };
}
