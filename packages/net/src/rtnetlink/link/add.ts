import { NetError } from "../../net-error.ts";
import { NLM_F } from "../../netlink/message.ts";
import type { Where } from "../../netlink/open.ts";
import { batch } from "../batch.ts";
import type { Change, ChangeContext } from "../change.ts";
import { planLinkDelete } from "./delete.ts";
import type { KindData } from "./kinds.ts";
import { IFLA_REQUEST, ifinfomsg, type LinkRequestAttributes } from "./message.ts";
import { checkLinkName } from "./name.ts";
import { attributesOf, flagsOf, type LinkSettings, settingsText } from "./settings.ts";

/** A link to be made. */
export type NewLink = { [Kind in keyof KindData]: OfKind<Kind> }[keyof KindData];

/** The other end of a veth. */
export type Peer = Omit<LinkSettings, Later | "up" | "arp" | "multicast" | "promisc" | "allmulticast"> & {
  readonly name?: string;
  /** The kernel takes it only where the link itself has an `index`, too. */
  readonly index?: number;
};

/** What the kernel takes only for a link that is there, and passes over in a message that makes one: `linkSet` sets it. */
type Later = "alias" | "sysctls" | "addrGenMode";

interface Common extends Omit<LinkSettings, Later> {
  /** At most 15 bytes. The kernel's `veth%d` is refused: what it chose would not be known. */
  readonly name: string;
  /** Its number, which must be free: messages after it in a batch need not ask for it. Default: the kernel chooses. */
  readonly index?: number;
  /** The link that it stands on: of vlan, macvlan, ipvlan. */
  readonly link?: string | number;
  readonly numTxQueues?: number;
  readonly numRxQueues?: number;
}

type OfKind<Kind extends keyof KindData> = Common & {
  readonly kind: Kind;
  /** The options of its kind. */
  readonly data?: KindData[Kind];
} & (Kind extends "veth"
    ? { /** Default: the kernel chooses the name, in the same namespace. */ readonly peer?: Peer }
    : unknown);

/**
 * Makes a link. Of a veth the other end may be made in another namespace at once (`peer.netns`).
 *
 * Equivalent to `ip link add NAME type KIND …`
 *
 * @throws NetError WB_NET_NAME, WB_NET_LINK; NetlinkError EEXIST when there is a link of the name, EOPNOTSUPP for a kind
 *   that the kernel does not have
 * @example
 * linkAdd({ name: "wb0", kind: "bridge", up: true, data: { vlanFiltering: true } });
 * linkAdd({ name: "web0", kind: "veth", master: "wb0", up: true, peer: { name: "eth0", netns: 4242 } });
 */
export function linkAdd(link: NewLink, where: Where = {}): void {
  batch([planLinkAdd(link)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_NAME */
export function planLinkAdd(link: NewLink): Change {
  const { name, index, kind } = link;
  checkLinkName(name);
  if (name.includes("%")) throw new NetError("WB_NET_NAME", `a name of the kernel's choice: ${JSON.stringify(name)}`);
  if (link.kind === "veth" && link.peer?.name !== undefined) checkLinkName(link.peer.name);
  if (link.kind === "veth" && link.peer?.index !== undefined && index === undefined)
    throw new NetError("WB_NET_VALUE", `${name}: the kernel takes the index of a veth's peer only with its own`);
  return {
    message: "NEWLINK",
    flags: NLM_F.CREATE | NLM_F.EXCL,
    command: commandOf(link),
    payload: (context) =>
      Buffer.concat([
        ifinfomsg.encode({ ifi_index: index ?? 0, ...flagsOf(link) }),
        IFLA_REQUEST.encode({
          name,
          ...attributesOf(link, context),
          ...placeOf(link, context),
          info: { kind, ...dataOf(link, context) },
        }),
      ]),
    undo: { ...planLinkDelete(name), ...(link.netns === undefined ? {} : { netns: link.netns }) },
    creates: { name, index },
  };
}

function placeOf(
  { link, numTxQueues, numRxQueues }: NewLink,
  { index }: ChangeContext,
): Partial<LinkRequestAttributes> {
  return {
    ...(link === undefined ? {} : { link: index(link) }),
    ...(numTxQueues === undefined ? {} : { numTxQueues }),
    ...(numRxQueues === undefined ? {} : { numRxQueues }),
  };
}

function dataOf(link: NewLink, context: ChangeContext): { readonly data?: object } {
  if (link.kind !== "veth") return link.data === undefined ? {} : { data: link.data };
  const { peer } = link;
  if (peer === undefined) return {};
  const { name, index } = peer;
  const header = ifinfomsg.encode({ ifi_index: index ?? 0 });
  const found = IFLA_REQUEST.encode({ ...(name === undefined ? {} : { name }), ...attributesOf(peer, context) });
  return { data: { peer: Buffer.concat([header, found]) } };
}

function commandOf(link: NewLink): string {
  const { name, index, kind, link: below } = link;
  const place = `${below === undefined ? "" : ` link ${below}`} ${name}${index === undefined ? "" : ` index ${index}`}`;
  const options = Object.entries(link.data ?? {}).map(([option, value]) => ` ${snake(option)} ${String(value)}`);
  const peer =
    link.kind === "veth" && link.peer !== undefined ? ` peer ${link.peer.name ?? ""}${settingsText(link.peer)}` : "";
  return `ip link add${place}${settingsText(link)} type ${kind}${options.join("")}${peer}`;
}

/** `vlanFiltering` is `vlan_filtering`. */
function snake(option: string): string {
  return option.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
