import type { NetlinkRequest } from "../netlink/request.ts";
import { CT_STATE, IPS, NF, NF_INET, NFPROTO, NFT_CT, NFT_META, NFT_PAYLOAD, NFT_REG } from "../nft/constants.ts";
import {
  destinationPort,
  dnat,
  type Expression,
  hasBits,
  isFamily,
  isInterface,
  isInterfaceLike,
  isLocal,
  isOther,
  lookup,
  masquerade,
  matches,
  meta,
  payload,
  setMark,
  verdict,
} from "../nft/expression.ts";
import { addChain, addRule, addSet, addTable, type Hook, type SetShape } from "../nft/requests.ts";

/** The name of the table, of the family inet, that has all that networks of this machine need: `nft list table inet wb`. */
export const NAT_TABLE = "wb";

/**
 * The table, without what is in its sets: its rules are the same whatever networks there are, and what is published. A network is a few
 * elements of sets, and a published port is one of a map, so that a packet looks one up however many there are.
 */
export function natTable(): NetlinkRequest[] {
  const chains = Object.entries(CHAINS).map(([name, hook]) => addChain(NAT_TABLE, name, hook));
  const sets = Object.entries(SETS).map(([name, shape], index) => addSet(NAT_TABLE, name, shape, index + 1));
  const rules = Object.entries(RULES).flatMap(([chain, list]) =>
    list.map((expressions) => addRule(NAT_TABLE, chain, expressions)),
  );
  return [addTable(NAT_TABLE), ...chains, ...sets, ...rules];
}

/** Priorities by their names in nft(8): raw, dstnat, srcnat and filter. */
const CHAINS: Readonly<Record<"guard" | "prerouting" | "output" | "postrouting" | "forward" | "unmark", Hook>> = {
  guard: { type: "filter", hook: NF_INET.PRE_ROUTING, priority: -300 },
  prerouting: { type: "nat", hook: NF_INET.PRE_ROUTING, priority: -100 },
  output: { type: "nat", hook: NF_INET.LOCAL_OUT, priority: -100 },
  postrouting: { type: "nat", hook: NF_INET.POST_ROUTING, priority: 100 },
  // Before those of others, which see the mark, and behind them.
  forward: { type: "filter", hook: NF_INET.FORWARD, priority: -1 },
  unmark: { type: "filter", hook: NF_INET.FORWARD, priority: 300 },
};

export type SetName =
  | "bridges"
  | "same"
  | "internal"
  | `${"subnets" | "masqueraded" | "published" | "everywhere"}${"4" | "6"}`;

/** What changes with networks and what they publish. */
const SETS: Readonly<Record<SetName, SetShape>> = {
  /** The bridges of all networks, each with itself, and those that reach nothing but themselves. */
  bridges: { key: ["ifname"] },
  same: { key: ["ifname", "ifname"] },
  internal: { key: ["ifname"] },
  /** Subnets of all networks, and of those whose packets leave the machine with its address. */
  subnets4: { key: ["ipv4_addr"], interval: true },
  subnets6: { key: ["ipv6_addr"], interval: true },
  masqueraded4: { key: ["ipv4_addr"], interval: true },
  masqueraded6: { key: ["ipv6_addr"], interval: true },
  /** What is published at one address of this machine, and at all of them. */
  published4: { key: ["ipv4_addr", "inet_proto", "inet_service"], data: ["ipv4_addr", "inet_service"] },
  published6: { key: ["ipv6_addr", "inet_proto", "inet_service"], data: ["ipv6_addr", "inet_service"] },
  everywhere4: { key: ["inet_proto", "inet_service"], data: ["ipv4_addr", "inet_service"] },
  everywhere6: { key: ["inet_proto", "inet_service"], data: ["ipv6_addr", "inet_service"] },
};

/** Of an IP version: its family, and where and how long the addresses in its header are. */
interface Version {
  readonly family: number;
  readonly sets: "4" | "6";
  readonly source: number;
  readonly destination: number;
  readonly length: number;
}

const IP4: Version = { family: NFPROTO.IPV4, sets: "4", source: 12, destination: 16, length: 4 };
const IP6: Version = { family: NFPROTO.IPV6, sets: "6", source: 8, destination: 24, length: 16 };

const { NETWORK_HEADER } = NFT_PAYLOAD;
const accept = verdict(NF.ACCEPT);
const drop = verdict(NF.DROP);

/**
 * The bit of a packet's mark that says to other tables that this one lets it pass: an accept here is none there. It is taken away before the
 * packet leaves the hook.
 */
export const ALLOWED = 0x0800_0000;

const allow: readonly Expression[] = [...setMark(ALLOWED, true), accept];

/** The kernel routes nothing from it: it is refused at once by who does not listen there. */
const LOOPBACK6 = Uint8Array.of(...new Uint8Array(15), 1);

const LOOPBACK = [Uint8Array.of(127, 0, 0, 0), Uint8Array.of(255, 0, 0, 0)] as const;

const RULES: Readonly<Record<keyof typeof CHAINS, readonly (readonly Expression[])[]>> = {
  // 127.0.0.1 is published by way of route_localnet, by which the kernel takes it from anywhere otherwise (CVE-2020-8558).
  guard: [
    [
      ...isInterface("IIFNAME", "lo", { not: true }),
      ...isFamily(NFPROTO.IPV4),
      ...matches(NETWORK_HEADER, IP4.destination, ...LOOPBACK),
      drop,
    ],
  ],
  prerouting: [...toPublished(IP4), ...toPublished(IP6)],
  output: [...toPublished(IP4), ...toPublished(IP6, { except: LOOPBACK6 })],
  postrouting: [
    // From 127.0.0.1 nobody could answer.
    [
      ...isFamily(NFPROTO.IPV4),
      ...matches(NETWORK_HEADER, IP4.source, ...LOOPBACK),
      meta(NFT_META.OIFNAME),
      lookup("bridges"),
      masquerade(),
    ],
    ...[IP4, IP6].flatMap((ip) => [hairpin(ip), leaving(ip)]),
  ],
  forward: [
    [...established(), meta(NFT_META.OIFNAME), lookup("bridges"), ...allow],
    [...established(), meta(NFT_META.IIFNAME), lookup("bridges"), ...allow],
    [meta(NFT_META.IIFNAME, NFT_REG.first(0)), meta(NFT_META.OIFNAME, NFT_REG.first(4)), lookup("same"), ...allow],
    [meta(NFT_META.IIFNAME), lookup("internal"), drop],
    [meta(NFT_META.OIFNAME), lookup("internal"), drop],
    [...hasBits(NFT_CT.STATUS, IPS.DST_NAT), meta(NFT_META.OIFNAME), lookup("bridges"), ...allow],
    // Neither another network nor another machine reaches what is not published, by whatever route.
    [meta(NFT_META.OIFNAME), lookup("bridges"), drop],
    // Whether docker's containers are reached is for docker's own rules to say.
    [meta(NFT_META.IIFNAME), lookup("bridges"), ...isInterface("OIFNAME", "docker0"), accept],
    [meta(NFT_META.IIFNAME), lookup("bridges"), ...isInterfaceLike("OIFNAME", "br-"), accept],
    [meta(NFT_META.IIFNAME), lookup("bridges"), ...allow],
  ],
  unmark: [
    [meta(NFT_META.IIFNAME), lookup("bridges"), ...setMark(ALLOWED, false)],
    [meta(NFT_META.OIFNAME), lookup("bridges"), ...setMark(ALLOWED, false)],
  ],
};

/** How many rules the whole table has. */
export const RULE_COUNT: number = Object.values(RULES).flat().length;

function established(): Expression[] {
  return hasBits(NFT_CT.STATE, CT_STATE.ESTABLISHED | CT_STATE.RELATED);
}

/** What is published at the packet's own destination comes before what is published everywhere. @param except an address that none is at */
function toPublished(
  { family, sets, destination, length }: Version,
  { except }: { readonly except?: Uint8Array } = {},
): Expression[][] {
  const [key, words] = [NFT_REG.first(0), length / 4];
  // What the map leads to has the registers behind the key.
  const to = NFT_REG.first(8);
  const rewritten = dnat(family, { address: to, port: to + words });
  return [
    [
      ...isFamily(family),
      payload(NETWORK_HEADER, destination, length, key),
      meta(NFT_META.L4PROTO, key + words),
      destinationPort(key + words + 1),
      lookup(`published${sets}`, { from: key, to }),
      rewritten,
    ],
    [
      ...isFamily(family),
      ...isLocal(),
      ...(except === undefined ? [] : isOther(NETWORK_HEADER, destination, except)),
      meta(NFT_META.L4PROTO, key),
      destinationPort(key + 1),
      lookup(`everywhere${sets}`, { from: key, to }),
      rewritten,
    ],
  ];
}

/** A container that asks for what another one publishes: the answer has to come back this way, not by the bridge at once. */
function hairpin({ family, sets, source, destination, length }: Version): Expression[] {
  return [
    ...isFamily(family),
    ...hasBits(NFT_CT.STATUS, IPS.DST_NAT),
    payload(NETWORK_HEADER, source, length),
    lookup(`subnets${sets}`),
    payload(NETWORK_HEADER, destination, length),
    lookup(`subnets${sets}`),
    masquerade(),
  ];
}

function leaving({ family, sets, source, destination, length }: Version): Expression[] {
  return [
    ...isFamily(family),
    payload(NETWORK_HEADER, source, length),
    lookup(`masqueraded${sets}`),
    payload(NETWORK_HEADER, destination, length),
    lookup(`subnets${sets}`, { not: true }),
    masquerade(),
  ];
}
