import { familyOf, formatIp, parseIp } from "../../ip.ts";
import { NLM_F } from "../../netlink/message.ts";
import type { Where } from "../../netlink/open.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { linkFind } from "../link/get.ts";
import { restoring } from "../restore.ts";
import { NDA, ndmsg, NTF, NUD } from "./message.ts";
import { neighMessages, parseNeigh } from "./neigh.ts";

/** In the words of ip-neighbour(8). */
export interface NeighSpec {
  /** Its address. */
  readonly to: string;
  readonly dev: string | number;
  /** Its hardware address. */
  readonly lladdr?: string;
  /** Default `permanent`. */
  readonly nud?: keyof typeof NUD;
  readonly router?: boolean;
  /** This host answers for it on the link. */
  readonly proxy?: boolean;
}

/**
 * Adds a neighbour.
 *
 * Equivalent to `ip neigh add TO lladdr … dev NAME`
 *
 * @throws NetlinkError EEXIST when there is an entry
 */
export function neighAdd(neigh: NeighSpec, where: Where = {}): void {
  batch([planNeighAdd(neigh)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planNeighAdd(neigh: NeighSpec): Change {
  return {
    ...body("add", neigh),
    message: "NEWNEIGH",
    flags: NLM_F.CREATE | NLM_F.EXCL,
    undo: { ...body("del", neigh), message: "DELNEIGH", flags: 0 },
  };
}

/**
 * Adds a neighbour, or changes the entry that there is.
 *
 * Equivalent to `ip neigh replace TO lladdr … dev NAME`
 */
export function neighReplace(neigh: NeighSpec, where: Where = {}): void {
  batch([planNeighReplace(neigh)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planNeighReplace(neigh: NeighSpec): Change {
  const change = body("replace", neigh);
  return {
    ...change,
    message: "NEWNEIGH",
    flags: NLM_F.CREATE | NLM_F.REPLACE,
    undo: restoring({
      message: "NEWNEIGH",
      command: change.command,
      find: (socket) => findNeigh(socket, neigh),
      otherwise: { ...body("del", neigh), message: "DELNEIGH", flags: 0 },
    }),
  };
}

/**
 * Deletes a neighbour.
 *
 * Equivalent to `ip neigh del TO dev NAME`
 *
 * @throws NetlinkError ENOENT when there is none
 */
export function neighDelete(neigh: Pick<NeighSpec, "to" | "dev" | "proxy">, where: Where = {}): void {
  batch([planNeighDelete(neigh)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planNeighDelete(neigh: Pick<NeighSpec, "to" | "dev" | "proxy">): Change {
  const change = body("del", neigh);
  return {
    ...change,
    message: "DELNEIGH",
    flags: 0,
    undo: restoring({ message: "NEWNEIGH", command: change.command, find: (socket) => findNeigh(socket, neigh) }),
  };
}

function body(verb: "add" | "replace" | "del", neigh: NeighSpec): Pick<Change, "command" | "payload" | "dev"> {
  const { to, dev, lladdr, nud = "permanent", router = false, proxy = false } = neigh;
  const header = {
    ndm_family: familyOf(to),
    ndm_state: verb === "del" ? 0 : NUD[nud],
    ndm_flags: (router ? NTF.ROUTER : 0) | (proxy ? NTF.PROXY : 0),
  };
  const found = NDA.encode({ dst: to, ...(lladdr === undefined ? {} : { lladdr }) });
  return {
    command: `ip neigh ${verb}${proxy ? " proxy" : ""} ${to}${lladdr === undefined ? "" : ` lladdr ${lladdr}`} dev ${dev}`,
    payload: ({ index }) => Buffer.concat([ndmsg.encode({ ...header, ndm_ifindex: index(dev) }), found]),
    dev,
  };
}

function findNeigh(socket: NetlinkSocket, { to, dev, proxy = false }: NeighSpec): Uint8Array | undefined {
  const link = linkFind(dev, socket);
  // Then the change itself is refused.
  if (link === undefined) return undefined;
  const wanted = formatIp(parseIp(to));
  return neighMessages(socket, { dev: link.index, proxy }).find((message) => parseNeigh(message).to === wanted)
    ?.payload;
}
