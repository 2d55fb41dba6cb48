import { IFF } from "@wb/syscall";
import { type Netns, netnsText } from "../../netlink/netns.ts";
import type { ChangeContext } from "../change.ts";
import { type AddrGenMode, type Ifinfomsg, type LinkRequestAttributes } from "./message.ts";
import { confOf, type LinkSysctls } from "./sysctls.ts";

/** What of any link can be set, when it is made and later, in the words of ip-link(8). */
export interface LinkSettings {
  /** `up`, `down`. */
  readonly up?: boolean;
  readonly mtu?: number;
  /** The hardware address, `02:42:ac:11:00:02`. */
  readonly address?: string;
  readonly broadcast?: string;
  /** A text, up to 255 bytes; "" for none. */
  readonly alias?: string;
  readonly txqlen?: number;
  readonly group?: number;
  /** The bridge that it becomes a port of; null for none: `nomaster`. */
  readonly master?: string | number | null;
  /** Moves it to another namespace, with none of its addresses. */
  readonly netns?: Netns;
  readonly arp?: boolean;
  readonly multicast?: boolean;
  readonly promisc?: boolean;
  readonly allmulticast?: boolean;
  /** /proc/sys/net/ipv4/conf/NAME, without a procfs of that namespace. */
  readonly sysctls?: LinkSysctls;
  /** How IPv6 makes link-local addresses: `none` for none. */
  readonly addrGenMode?: AddrGenMode;
}

/** The flags of a header. */
export function flagsOf(settings: LinkSettings): Pick<Ifinfomsg, "ifi_flags" | "ifi_change"> {
  let [ifi_flags, ifi_change] = [0, 0];
  for (const [name, flag, inverted] of FLAGS) {
    const wanted = settings[name];
    if (wanted === undefined) continue;
    ifi_change |= flag;
    if (wanted !== inverted) ifi_flags |= flag;
  }
  return { ifi_flags, ifi_change };
}

/** The attributes, but for the name. */
export function attributesOf(settings: LinkSettings, context: ChangeContext): Partial<LinkRequestAttributes> {
  const { mtu, address, broadcast, alias, txqlen, group, master, netns, sysctls, addrGenMode } = settings;
  const inet = sysctls === undefined ? {} : { inet: { conf: confOf(sysctls) } };
  const inet6 = addrGenMode === undefined ? {} : { inet6: { addrGenMode } };
  return {
    ...(mtu === undefined ? {} : { mtu }),
    ...(address === undefined ? {} : { address }),
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(alias === undefined ? {} : { alias }),
    ...(txqlen === undefined ? {} : { txqlen }),
    ...(group === undefined ? {} : { group }),
    ...(master === undefined ? {} : { master: master === null ? 0 : context.index(master) }),
    ...(sysctls === undefined && addrGenMode === undefined ? {} : { afSpec: { ...inet, ...inet6 } }),
    ...netnsAttribute(netns, context),
  };
}

/** The words of a command. */
export function settingsText(settings: LinkSettings): string {
  const { up, arp, multicast, promisc, allmulticast, master, netns, sysctls, addrGenMode } = settings;
  const onOff = { arp, multicast, promisc, allmulticast };
  return [
    ...VALUES.flatMap((name) =>
      settings[name] === undefined ? [] : [name, JSON.stringify(settings[name]).replaceAll('"', "") || "''"],
    ),
    ...Object.entries(onOff).flatMap(([name, value]) => (value === undefined ? [] : [name, value ? "on" : "off"])),
    ...(master === undefined ? [] : master === null ? ["nomaster"] : ["master", master]),
    ...(addrGenMode === undefined ? [] : ["addrgenmode", addrGenMode]),
    ...(netns === undefined ? [] : ["netns", netnsText(netns)]),
    ...Object.entries(sysctls ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(up === undefined ? [] : [up ? "up" : "down"]),
  ]
    .map((word) => ` ${word}`)
    .join("");
}

const VALUES = ["mtu", "address", "broadcast", "alias", "txqlen", "group"] as const;

/** IFF_NOARP says the opposite. */
const FLAGS = [
  ["up", IFF.UP, false],
  ["arp", IFF.NOARP, true],
  ["multicast", IFF.MULTICAST, false],
  ["promisc", IFF.PROMISC, false],
  ["allmulticast", IFF.ALLMULTI, false],
] as const;

function netnsAttribute(netns: Netns | undefined, { netnsFd }: ChangeContext): Partial<LinkRequestAttributes> {
  if (netns === undefined) return {};
  return typeof netns === "number" ? { netNsPid: netns } : { netNsFd: netnsFd(netns) };
}
