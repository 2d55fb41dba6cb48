import { IFF } from "@wb/syscall";
import type { Where } from "../../netlink/open.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { nameOf } from "./get-request.ts";
import { linkFind } from "./get.ts";
import type { KindData } from "./kinds.ts";
import type { Link } from "./link.ts";
import { IFLA_REQUEST, ifinfomsg } from "./message.ts";
import { checkLinkName } from "./name.ts";
import { attributesOf, flagsOf, type LinkSettings, settingsText } from "./settings.ts";

export type LinkChanges = LinkSettings & {
  /** A new name, of at most 15 bytes. */
  readonly name?: string;
} & (
    | { readonly kind?: undefined }
    | {
        [Kind in keyof KindData]: { /** The kind that it has. */ readonly kind: Kind; readonly data: KindData[Kind] };
      }[keyof KindData]
  );

/**
 * Changes a link, all of the settings at once.
 *
 * Equivalent to `ip link set NAME …`
 *
 * @throws NetlinkError ENODEV when there is none, EBUSY to rename one that is up (before Linux 6.3), EEXIST for a name that
 *   is taken; NetError WB_NET_NAME
 * @example
 * linkSet("eth0", { name: "wan", mtu: 1400, up: true }, { netns: 4242 });
 * linkSet("wb0", { kind: "bridge", data: { vlanFiltering: true } });
 */
export function linkSet(dev: string | number, changes: LinkChanges, where: Where = {}): void {
  batch([planLinkSet(dev, changes)], where);
}

/** The same as data, for `batch`, which cannot take back a move to another namespace. @throws NetError WB_NET_NAME */
export function planLinkSet(dev: string | number, changes: LinkChanges): Change {
  const { name } = changes;
  if (name !== undefined) checkLinkName(name);
  return {
    ...setLink(dev, changes),
    undo: (socket) => undoOf(dev, changes, socket),
    // It is deleted by the name that it was made with.
    undoOfCreated: name === undefined || typeof dev === "number" ? undefined : setLink(name, { name: dev }),
  };
}

function setLink(dev: string | number, changes: LinkChanges): Change {
  const { name, kind } = changes;
  const options = kind === undefined ? "" : ` type ${kind} ${JSON.stringify(changes.data)}`;
  return {
    message: "NEWLINK",
    flags: 0,
    command: `ip link set ${dev}${name === undefined ? "" : ` name ${name}`}${settingsText(changes)}${options}`,
    payload: (context) => {
      // With a new name the old one cannot be in the message.
      const index = typeof dev === "number" ? dev : name === undefined ? 0 : context.index(dev);
      return Buffer.concat([
        ifinfomsg.encode({ ifi_index: index, ...flagsOf(changes) }),
        IFLA_REQUEST.encode({
          ...(name === undefined ? nameOf(dev) : { name }),
          ...attributesOf(changes, context),
          ...(kind === undefined ? {} : { info: { kind, data: changes.data } }),
        }),
      ]);
    },
    dev,
  };
}

function undoOf(dev: string | number, changes: LinkChanges, socket: NetlinkSocket): Change | undefined {
  // The namespace that it was moved to is not that of this socket.
  if (changes.netns !== undefined) return undefined;
  const before = linkFind(dev, socket);
  // Then it is refused.
  if (before === undefined) return undefined;
  const name = changes.name === undefined ? {} : { name: before.name };
  return setLink(before.index, { ...settingsBefore(before, changes), ...dataBefore(before, changes), ...name });
}

function settingsBefore(before: Link, changes: LinkChanges): LinkSettings {
  const flag = (bit: number): boolean => (before.flags & bit) !== 0;
  const all: LinkSettings = {
    up: before.up,
    ...(before.mtu === undefined ? {} : { mtu: before.mtu }),
    ...(before.address === undefined || before.address === "" ? {} : { address: before.address }),
    ...(before.broadcast === undefined || before.broadcast === "" ? {} : { broadcast: before.broadcast }),
    alias: before.alias ?? "",
    ...(before.txqlen === undefined ? {} : { txqlen: before.txqlen }),
    ...(before.group === undefined ? {} : { group: before.group }),
    master: before.master ?? null,
    arp: !flag(IFF.NOARP),
    multicast: flag(IFF.MULTICAST),
    promisc: flag(IFF.PROMISC),
    allmulticast: flag(IFF.ALLMULTI),
    ...(typeof before.addrGenMode === "string" ? { addrGenMode: before.addrGenMode } : {}),
  };
  const wanted = Object.entries(all).filter(([key]) => changes[key as keyof LinkSettings] !== undefined);
  const sysctls = Object.entries(before.sysctls ?? {}).filter(([key]) => key in (changes.sysctls ?? {}));
  return {
    ...Object.fromEntries(wanted),
    ...(sysctls.length === 0 ? {} : { sysctls: Object.fromEntries(sysctls) }),
  };
}

/** The options of the kind that are to be changed, as they are. */
function dataBefore(before: Link, { kind, ...changes }: LinkChanges): LinkChanges {
  if (kind === undefined || !("data" in changes) || before.kind !== kind) return {};
  const data = Object.entries(before.data ?? {}).filter(([key]) => key in (changes.data as object));
  return { kind, data: Object.fromEntries(data) } as LinkChanges;
}
