import { DecodeError } from "../../netlink/decode-error.ts";
import { type Message, NLM_F } from "../../netlink/message.ts";
import { type Where, withNetlink } from "../../netlink/open.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { linkIndex } from "../link-index.ts";
import { RTM } from "../rtm.ts";
import { TC_H, TCA, tcmsg } from "./message.ts";
import { decodeTbf, encodeTbf, type Tbf } from "./tbf.ts";

/** A queueing discipline: how what leaves a link is ordered and held back. */
export interface Qdisc {
  /** The link's index. */
  readonly index: number;
  readonly kind: string;
  /** The upper half is its number: `0x10000` is `1:`. */
  readonly handle: number;
  readonly parent: "root" | "ingress" | number;
  /** Of kind `tbf`. */
  readonly tbf?: Tbf;
  /** Of other kinds, as the kernel has them. */
  readonly options?: Uint8Array;
}

/** A tbf in place of what a link has at its root. */
export interface QdiscSpec extends Tbf {
  readonly dev: string | number;
  readonly kind: "tbf";
  /** Default: the kernel chooses. */
  readonly handle?: number;
}

/**
 * The queueing disciplines of a network namespace, or of one link.
 *
 * Equivalent to `tc qdisc show`
 *
 * @throws NetError WB_NET_LINK
 */
export function qdiscList(where: Where = {}, { dev }: { readonly dev?: string | number } = {}): Qdisc[] {
  return withNetlink("route", where, (socket) => {
    const index = typeof dev === "string" ? linkIndex(dev, socket) : dev;
    const request = { type: RTM.GETQDISC, name: "RTM_GETQDISC", flags: 0, command: "tc qdisc show" };
    return socket
      .dump({ ...request, payload: tcmsg.encode({}) })
      .map(parseQdisc)
      .filter((qdisc) => index === undefined || qdisc.index === index);
  });
}

/** Decodes an RTM_NEWQDISC or RTM_DELQDISC. @throws DecodeError */
export function parseQdisc({ payload }: Pick<Message, "payload">): Qdisc {
  if (payload.length < tcmsg.size) throw new DecodeError(`struct tcmsg: ${payload.length} bytes`);
  const header = tcmsg.decode(payload);
  const { kind = "", options } = TCA.decode(payload.subarray(tcmsg.size));
  const tbf = kind === "tbf" && options !== undefined ? decodeTbf(options) : undefined;
  const parents = new Map<number, Qdisc["parent"]>([
    [TC_H.ROOT, "root"],
    [TC_H.INGRESS, "ingress"],
  ]);
  return {
    index: header.tcm_ifindex,
    kind,
    handle: header.tcm_handle,
    parent: parents.get(header.tcm_parent) ?? header.tcm_parent,
    ...(tbf === undefined ? {} : { tbf }),
    ...(tbf !== undefined || options === undefined ? {} : { options }),
  };
}

/**
 * Limits what leaves a link.
 *
 * Equivalent to `tc qdisc add dev NAME root tbf rate … burst … latency …`
 *
 * @throws NetlinkError EEXIST when the link has another one than its default; NetError WB_NET_VALUE
 * @example
 * qdiscAdd({ dev: "web0", kind: "tbf", rate: 1_250_000, burst: 32_768, latency: 50 });
 */
export function qdiscAdd(qdisc: QdiscSpec, where: Where = {}): void {
  batch([planQdiscAdd(qdisc)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planQdiscAdd(qdisc: QdiscSpec): Change {
  return {
    ...body("add", qdisc),
    message: "NEWQDISC",
    flags: NLM_F.CREATE | NLM_F.EXCL,
    undo: planQdiscDelete(qdisc.dev),
  };
}

/**
 * The same, in place of what was there or with other numbers.
 *
 * Equivalent to `tc qdisc replace dev NAME root tbf …`
 */
export function qdiscReplace(qdisc: QdiscSpec, where: Where = {}): void {
  batch([planQdiscReplace(qdisc)], where);
}

/** The same as data, for `batch`, which takes it back when there was a tbf before, or the link's default. @throws NetError WB_NET_VALUE */
export function planQdiscReplace(qdisc: QdiscSpec): Change {
  return {
    ...body("replace", qdisc),
    message: "NEWQDISC",
    flags: NLM_F.CREATE | NLM_F.REPLACE,
    undo: (socket) => {
      const before = qdiscList(socket, { dev: qdisc.dev }).find(({ parent }) => parent === "root");
      if (before?.tbf === undefined) return planQdiscDelete(qdisc.dev);
      return planQdiscReplace({ dev: qdisc.dev, kind: "tbf", handle: before.handle, ...before.tbf });
    },
  };
}

/**
 * Gives a link its default back.
 *
 * Equivalent to `tc qdisc del dev NAME root`
 *
 * @throws NetlinkError ENOENT when it has that
 */
export function qdiscDelete(dev: string | number, where: Where = {}): void {
  batch([planQdiscDelete(dev)], where);
}

/** The same as data, for `batch`, which cannot take it back. */
export function planQdiscDelete(dev: string | number): Change {
  return {
    message: "DELQDISC",
    flags: 0,
    command: `tc qdisc del dev ${dev} root`,
    payload: ({ index }) => tcmsg.encode({ tcm_ifindex: index(dev), tcm_parent: TC_H.ROOT }),
    dev,
  };
}

function body(verb: string, qdisc: QdiscSpec): Pick<Change, "command" | "payload" | "dev"> {
  const { dev, kind, handle = 0, ...tbf } = qdisc;
  const options = encodeTbf(tbf);
  const words = Object.entries(tbf).map(([name, value]) => ` ${name} ${String(value)}`);
  return {
    command: `tc qdisc ${verb} dev ${dev} root ${kind}${words.join("")}`,
    payload: ({ index }) =>
      Buffer.concat([
        tcmsg.encode({ tcm_ifindex: index(dev), tcm_handle: handle, tcm_parent: TC_H.ROOT }),
        TCA.encode({ kind, options }),
      ]),
    dev,
  };
}
