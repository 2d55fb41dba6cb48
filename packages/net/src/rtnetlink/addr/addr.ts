import { AF } from "@wb/syscall";
import type { Attribute } from "../../netlink/attribute.ts";
import { DecodeError } from "../../netlink/decode-error.ts";
import type { Message } from "../../netlink/message.ts";
import { nameIn, SCOPE, type Scope } from "../scope.ts";
import { IFA, IFA_F, ifaddrmsg } from "./message.ts";

/** An address of a link. */
export interface Addr {
  readonly family: "inet" | "inet6" | number;
  /** The link's index. */
  readonly index: number;
  /** The address itself. */
  readonly local: string;
  readonly prefixlen: number;
  /** The other end's, on a point-to-point link. */
  readonly peer?: string;
  readonly broadcast?: string;
  readonly label?: string;
  readonly scope: Scope;
  /** IFA_F_* as bits, and those that matter by name. */
  readonly flags: number;
  readonly secondary: boolean;
  /** IPv6 still asks whether another host has it: it cannot be used until then. */
  readonly tentative: boolean;
  /** IPv6 found that another host has it. */
  readonly dadfailed: boolean;
  readonly noprefixroute: boolean;
  readonly metric?: number;
  /** Seconds; Infinity for ever. */
  readonly validLft: number;
  readonly preferredLft: number;
  readonly unknown?: readonly Attribute[];
}

/** Decodes an RTM_NEWADDR or RTM_DELADDR. @throws DecodeError */
export function parseAddr({ payload }: Pick<Message, "payload">): Addr {
  if (payload.length < ifaddrmsg.size) throw new DecodeError(`struct ifaddrmsg: ${payload.length} bytes`);
  const header = ifaddrmsg.decode(payload);
  const { address, local, broadcast, label, metric, unknown, ...rest } = IFA.decode(payload.subarray(ifaddrmsg.size));
  const flags = rest.flags ?? header.ifa_flags;
  const own = local ?? address ?? "";
  return {
    family: nameIn({ inet: AF.INET, inet6: AF.INET6 }, header.ifa_family),
    index: header.ifa_index,
    local: own,
    prefixlen: header.ifa_prefixlen,
    ...(address === undefined || address === own ? {} : { peer: address }),
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(label === undefined ? {} : { label }),
    scope: nameIn(SCOPE, header.ifa_scope),
    flags,
    secondary: (flags & IFA_F.SECONDARY) !== 0,
    tentative: (flags & IFA_F.TENTATIVE) !== 0,
    dadfailed: (flags & IFA_F.DADFAILED) !== 0,
    noprefixroute: (flags & IFA_F.NOPREFIXROUTE) !== 0,
    ...(metric === undefined ? {} : { metric }),
    validLft: lifetime(rest.cacheinfo?.ifa_valid),
    preferredLft: lifetime(rest.cacheinfo?.ifa_prefered),
    ...(unknown === undefined ? {} : { unknown }),
  };
}

/** INFINITY_LIFE_TIME of the kernel. */
export const FOREVER = 0xffff_ffff;

function lifetime(seconds = FOREVER): number {
  return seconds === FOREVER ? Number.POSITIVE_INFINITY : seconds;
}
