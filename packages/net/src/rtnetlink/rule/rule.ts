import { AF } from "@wb/syscall";
import { DecodeError } from "../../netlink/decode-error.ts";
import type { Message } from "../../netlink/message.ts";
import { type Where, withNetlink } from "../../netlink/open.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { RTM } from "../rtm.ts";
import { nameIn, TABLE, type Table } from "../scope.ts";
import { FIB_RULE, fibRuleHdr, FRA, RULE_ACTION, type RuleAttributes } from "./message.ts";

/** A rule of policy routing. Fields that it does not have are left out. */
export interface Rule extends Partial<
  Pick<
    RuleAttributes,
    "iif" | "oif" | "goto" | "fwmark" | "fwmask" | "ipproto" | "sport" | "dport" | "uidrange" | "l3mdev"
  >
> {
  readonly family: "inet" | "inet6" | number;
  /** Rules are asked in this order. */
  readonly priority: number;
  /** An address with the length of its prefix. */
  readonly from?: string;
  readonly to?: string;
  /** It is for what does not match. */
  readonly not: boolean;
  readonly action: keyof typeof RULE_ACTION | number;
  readonly table: Table;
  readonly suppressPrefixlength?: number;
}

export interface RuleListOptions {
  /** Default: both. */
  readonly family?: "inet" | "inet6";
}

/**
 * The rules of a network namespace, in their order.
 *
 * Equivalent to `ip rule show`, `ip -6 rule show`
 */
export function ruleList(where: Where = {}, { family }: RuleListOptions = {}): Rule[] {
  return withNetlink("route", where, (socket) => ruleMessages(socket, family).map(parseRule));
}

/** The same as the kernel has them. */
function ruleMessages(socket: NetlinkSocket, family?: "inet" | "inet6"): readonly Message[] {
  const families = { inet: [AF.INET], inet6: [AF.INET6], both: [AF.INET, AF.INET6] };
  return families[family ?? "both"].flatMap((one) =>
    socket.dump({
      type: RTM.GETRULE,
      name: "RTM_GETRULE",
      flags: 0,
      command: "ip rule show",
      payload: fibRuleHdr.encode({ family: one }),
    }),
  );
}

/** Decodes an RTM_NEWRULE or RTM_DELRULE. @throws DecodeError */
export function parseRule({ payload }: Pick<Message, "payload">): Rule {
  if (payload.length < fibRuleHdr.size) throw new DecodeError(`struct fib_rule_hdr: ${payload.length} bytes`);
  const header = fibRuleHdr.decode(payload);
  const {
    dst,
    src,
    priority,
    table,
    suppressPrefixlength,
    suppressIfgroup: _,
    protocol: _protocol,
    ...rest
  } = FRA.decode(payload.subarray(fibRuleHdr.size));
  return {
    family: nameIn({ inet: AF.INET, inet6: AF.INET6 }, header.family),
    priority: priority ?? 0,
    ...(src === undefined ? {} : { from: `${src}/${header.src_len}` }),
    ...(dst === undefined ? {} : { to: `${dst}/${header.dst_len}` }),
    not: (header.flags & FIB_RULE.INVERT) !== 0,
    action: nameIn(RULE_ACTION, header.action),
    table: nameIn(TABLE, table ?? header.table),
    // -1 is none.
    ...(suppressPrefixlength === undefined || suppressPrefixlength === 0xffff_ffff ? {} : { suppressPrefixlength }),
    ...rest,
  };
}
