import { type Addr, addrList, linkList, openNetlink } from "@wb/net";
import type { Command } from "../../../command/command.ts";
import { usage } from "../../../flags.ts";
import { netCommand } from "../net-command.ts";
import { familyOption } from "../options/family-option.ts";
import { type NetList, printList } from "../options/list-of.ts";
import { netnsOption } from "../options/netns-option.ts";
import { ADDR_LS } from "./ls-flags.ts";

/** `wb net addr ls`: ip-address(8). */
export const addrListCommand: Command = netCommand(ADDR_LS, ({ flags, words: [word] }) => {
  const { dev = word } = flags;
  if (word !== undefined && dev !== word) throw usage("net addr ls", `two links: ${word} and ${dev}`);
  const family = familyOption("net addr ls", flags);
  using socket = openNetlink("route", { netns: netnsOption(flags.netns) });
  const names = new Map(linkList(socket).map(({ index, name }) => [index, name]));
  const options = { ...(dev === undefined ? {} : { dev }), ...(family === undefined ? {} : { family }) };
  const rows = addrList(socket, options)
    // A link's addresses together, IPv4 before IPv6, as ip(8) has them.
    .toSorted(
      (one, other) => one.index - other.index || Number(one.family !== "inet") - Number(other.family !== "inet"),
    )
    .map((addr) => ({ ...addr, dev: names.get(addr.index) ?? `if${addr.index}` }));
  return printList(ADDRS, rows, flags);
});

interface AddrRow extends Addr {
  readonly dev: string;
}

type AddrField =
  | "Address"
  | "Broadcast"
  | "Dev"
  | "Family"
  | "Flags"
  | "Label"
  | "Peer"
  | "PreferredLft"
  | "Scope"
  | "ValidLft";

const ADDRS: NetList<AddrField, AddrRow> = {
  columns: {
    Address: { header: "ADDRESS", value: addressText },
    Broadcast: { header: "BROADCAST", value: ({ broadcast = "" }) => broadcast },
    Dev: { header: "LINK", value: ({ dev }) => dev },
    Family: { header: "FAMILY", value: ({ family }) => String(family) },
    Flags: { header: "FLAGS", value: flagsText },
    Label: { header: "LABEL", value: ({ label = "" }) => label },
    Peer: { header: "PEER", value: ({ peer = "" }) => peer },
    PreferredLft: { header: "PREFERRED LFT", value: ({ preferredLft }) => lifetime(preferredLft) },
    Scope: { header: "SCOPE", value: ({ scope }) => String(scope) },
    ValidLft: { header: "VALID LFT", value: ({ validLft }) => lifetime(validLft) },
  },
  fields: ["Dev", "Family", "Address", "Scope", "Flags"],
  name: addressText,
};

/** With a peer the prefix is that of its network. */
function addressText({ local, prefixlen }: AddrRow): string {
  return `${local}/${prefixlen}`;
}

function flagsText(row: AddrRow): string {
  return FLAGS.filter((flag) => row[flag]).join(",");
}

const FLAGS = ["secondary", "tentative", "dadfailed", "noprefixroute"] as const;

function lifetime(seconds: number): string {
  return seconds === Number.POSITIVE_INFINITY ? "forever" : `${seconds}s`;
}
