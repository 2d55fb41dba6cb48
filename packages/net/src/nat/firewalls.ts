import { type Where, withNetlink } from "../netlink/open.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { NFTA_CHAIN, NFTA_RULE, type RuleAttributes } from "../nft/attributes.ts";
import { NF, NF_INET, NFPROTO, NFT_REG } from "../nft/constants.ts";
import { verdictOf } from "../nft/expression.ts";
import { NFGENMSG_SIZE } from "../nft/nfgenmsg.ts";
import { listChains, listRules } from "../nft/requests.ts";
import { ALLOWED, NAT_TABLE } from "./nat-table.ts";

/** A table of others that drops what is forwarded unless it is told otherwise, and has not been told of a bridge. */
export interface FirewallInTheWay {
  readonly family: "ip" | "ip6" | "inet";
  readonly table: string;
  readonly chain: string;
  /** Its policy is to drop, or its last rule drops or rejects all. */
  readonly by: "policy" | "rule";
  /** How it is told. */
  readonly hint: string;
}

/**
 * The chains that drop what containers send to the outside, or what comes to their published ports: an accept of ours is none in another table.
 * One with a rule that names the bridge, or asks for our mark, is taken to let it pass: see "With other firewalls" of docs/networks.md. Tables of
 * iptables-legacy cannot be seen by nfnetlink.
 *
 * @throws NetlinkError
 * @example
 * for (const { table, hint } of firewallsInTheWay("wb0")) console.warn(`${table} drops packets of wb0: ${hint}`);
 */
export function firewallsInTheWay(bridge: string, where: Where = {}): FirewallInTheWay[] {
  return withNetlink("netfilter", where, (socket) =>
    forwardChains(socket).flatMap(({ family, table, chain, policy }) => {
      const name = FAMILIES[family];
      if (name === undefined || (name === "inet" && table === NAT_TABLE)) return [];
      const rules = rulesOf(socket, table, family);
      const last = rules.findLast((rule) => rule.chain === chain);
      const by = policy === NF.DROP ? "policy" : last !== undefined && isRefusal(last) ? "rule" : undefined;
      if (by === undefined || rules.some((rule) => knows(rule, bridge))) return [];
      return [{ family: name, table, chain, by, hint: hintFor(name, table, chain, bridge) }];
    }),
  );
}

const FAMILIES: Readonly<Record<number, FirewallInTheWay["family"]>> = {
  [NFPROTO.IPV4]: "ip",
  [NFPROTO.IPV6]: "ip6",
  [NFPROTO.INET]: "inet",
};

interface ForwardChain {
  readonly family: number;
  readonly table: string;
  readonly chain: string;
  readonly policy: number;
}

function forwardChains(socket: NetlinkSocket): ForwardChain[] {
  return socket.dump(listChains()).flatMap(({ payload }) => {
    const { table, name, hook, type, policy = NF.ACCEPT } = NFTA_CHAIN.decode(payload.subarray(NFGENMSG_SIZE));
    if (hook?.hooknum !== NF_INET.FORWARD || type !== "filter" || table === undefined || name === undefined) return [];
    return [{ family: payload.readUInt8(0), table, chain: name, policy }];
  });
}

function rulesOf(socket: NetlinkSocket, table: string, family: number): Partial<RuleAttributes>[] {
  return socket.dump(listRules(table, family)).map(({ payload }) => NFTA_RULE.decode(payload.subarray(NFGENMSG_SIZE)));
}

/** It asks nothing, and ends with a drop or a reject. */
function isRefusal({ expressions = [] }: Partial<RuleAttributes>): boolean {
  const [last, ...others] = expressions.filter(({ name }) => !PASSING.has(name));
  return last !== undefined && others.length === 0 && (last.name === "reject" || verdictOf(last) === NF.DROP);
}

const PASSING = new Set(["counter", "log", "limit"]);

/** A rule that compares with the name of the bridge, or takes our bit of the mark. */
function knows({ expressions = [] }: Partial<RuleAttributes>, bridge: string): boolean {
  return expressions.some(
    ({ name, data }) =>
      (name === "cmp" && Buffer.from(data).includes(`${bridge}\0`)) ||
      (name === "bitwise" && Buffer.from(data).includes(MARK)),
  );
}

const MARK = Buffer.alloc(NFT_REG.SIZE);
MARK.writeUInt32LE(ALLOWED);

function hintFor(family: FirewallInTheWay["family"], table: string, chain: string, bridge: string): string {
  if (table === "firewalld")
    return `firewall-cmd --permanent --zone=trusted --add-interface=${bridge}; firewall-cmd --reload`;
  const mark = `0x${ALLOWED.toString(16)}`;
  if (family !== "inet" && table === "filter" && chain === "FORWARD")
    return `${family === "ip" ? "iptables" : "ip6tables"} -I FORWARD -m mark --mark ${mark}/${mark} -j ACCEPT`;
  return `nft insert rule ${family} ${table} ${chain} meta mark and ${mark} == ${mark} accept`;
}
