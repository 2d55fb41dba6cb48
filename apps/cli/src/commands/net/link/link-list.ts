import { type Link, linkList, type Where } from "@wb/net";
import type { NetList } from "../options/list-of.ts";

/** A link, with the names of those that it has to do with. */
export interface LinkRow extends Link {
  readonly masterName: string;
  /** The link that it stands on, or that is its other end: `eth0`, or `if5` of another namespace. */
  readonly other: string;
  /** Of a bridge: what is at it. */
  readonly ports: readonly string[];
}

/** The links of a network namespace. */
export function linkRows(where: Where, kind?: string): LinkRow[] {
  const all = linkList(where);
  const nameOf = (index: number | undefined): string => all.find((link) => link.index === index)?.name ?? "";
  return all
    .filter((link) => kind === undefined || link.kind === kind)
    .map((link) => ({
      ...link,
      masterName: nameOf(link.master),
      other: link.link === undefined || link.link === 0 ? "" : otherName(link, nameOf(link.link)),
      ports: all.filter(({ master }) => master === link.index).map(({ name }) => name),
    }));
}

type LinkField =
  | "Address"
  | "Alias"
  | "Index"
  | "Kind"
  | "Link"
  | "Master"
  | "Mtu"
  | "Name"
  | "Peer"
  | "Ports"
  | "State"
  | "VlanFiltering";

const COLUMNS: NetList<LinkField, LinkRow>["columns"] = {
  Address: { header: "ADDRESS", value: ({ address = "" }) => address },
  Alias: { header: "ALIAS", value: ({ alias = "" }) => alias },
  Index: { header: "INDEX", value: ({ index }) => String(index) },
  Kind: { header: "KIND", value: ({ kind = "", type }) => (type === ARPHRD_LOOPBACK ? "loopback" : kind) },
  Link: { header: "LINK", value: ({ other }) => other },
  Master: { header: "MASTER", value: ({ masterName }) => masterName },
  Mtu: { header: "MTU", value: ({ mtu = "" }) => String(mtu) },
  Name: { header: "NAME", value: ({ name }) => name },
  Peer: { header: "PEER", value: ({ kind, other }) => (kind === "veth" ? other : "") },
  Ports: { header: "PORTS", value: ({ ports }) => ports.join(",") },
  State: { header: "STATE", value: stateOf },
  VlanFiltering: { header: "VLAN FILTERING", value: vlanFiltering },
};

/** `wb net link ls`, `wb net veth ls`, `wb net bridge ls`. */
export const LINKS: NetList<LinkField, LinkRow> = list(["Name", "Kind", "State", "Mtu", "Address", "Master"]);
export const VETHS: NetList<LinkField, LinkRow> = list(["Name", "Peer", "State", "Mtu", "Address", "Master"]);
export const BRIDGES: NetList<LinkField, LinkRow> = list(["Name", "State", "Mtu", "Address", "VlanFiltering", "Ports"]);

/** ARPHRD_LOOPBACK, linux/if_arp.h. */
const ARPHRD_LOOPBACK = 772;

function list(fields: readonly LinkField[]): NetList<LinkField, LinkRow> {
  return { columns: COLUMNS, fields, name: ({ name }) => name };
}

/** The number is one of the other namespace: here it may be that of another link. */
function otherName({ linkNetnsid, link }: Link, name: string): string {
  return linkNetnsid === undefined && name !== "" ? name : `if${link}`;
}

/** As ip(8) has it; one that was not set up is down, whatever its carrier. */
function stateOf({ up, operstate }: LinkRow): string {
  return up ? String(operstate ?? "").toLowerCase() : "down";
}

function vlanFiltering({ data }: LinkRow): string {
  return data !== undefined && "vlanFiltering" in data ? (data.vlanFiltering ? "on" : "off") : "";
}
