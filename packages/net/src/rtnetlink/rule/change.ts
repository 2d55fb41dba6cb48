import { AF } from "@wb/syscall";
import { familyOf, parsePrefix } from "../../ip.ts";
import { NLM_F } from "../../netlink/message.ts";
import type { Where } from "../../netlink/open.ts";
import { batch } from "../batch.ts";
import type { Change } from "../change.ts";
import { numberOf, TABLE, type Table } from "../scope.ts";
import { FIB_RULE, fibRuleHdr, FRA, RULE_ACTION, type RuleAttributes } from "./message.ts";

/** A rule to be made or deleted, in the words of ip-rule(8). */
export interface RuleSpec extends Partial<
  Pick<
    RuleAttributes,
    "iif" | "oif" | "goto" | "fwmark" | "fwmask" | "ipproto" | "sport" | "dport" | "uidrange" | "suppressPrefixlength"
  >
> {
  /** An address or a network. */
  readonly from?: string;
  readonly to?: string;
  /** Default: the kernel takes one before the first there is. */
  readonly priority?: number;
  readonly not?: boolean;
  readonly table?: Table;
  /** Default `lookup`, with `goto` that. */
  readonly action?: keyof typeof RULE_ACTION;
  /** Where no address says it. Default `inet`. */
  readonly family?: "inet" | "inet6";
}

/**
 * Adds a rule.
 *
 * Equivalent to `ip rule add …`
 *
 * @throws NetlinkError EEXIST when there is one like it
 * @example
 * ruleAdd({ fwmark: 1, table: 100, priority: 1000 }, { netns: "blue" });
 */
export function ruleAdd(rule: RuleSpec, where: Where = {}): void {
  batch([planRuleAdd(rule)], where);
}

/** The same as data, for `batch`. @throws NetError WB_NET_VALUE */
export function planRuleAdd(rule: RuleSpec): Change {
  return {
    ...body("add", rule),
    message: "NEWRULE",
    flags: NLM_F.CREATE | NLM_F.EXCL,
    undo: { ...body("del", rule), message: "DELRULE", flags: 0 },
  };
}

/**
 * Deletes a rule: the first one with what is given.
 *
 * Equivalent to `ip rule del …`
 *
 * @throws NetlinkError ENOENT when there is none
 */
export function ruleDelete(rule: RuleSpec, where: Where = {}): void {
  batch([planRuleDelete(rule)], where);
}

/** The same as data, for `batch`, which takes it back as far as it is given here. @throws NetError WB_NET_VALUE */
export function planRuleDelete(rule: RuleSpec): Change {
  return {
    ...body("del", rule),
    message: "DELRULE",
    flags: 0,
    undo: { ...body("add", rule), message: "NEWRULE", flags: NLM_F.CREATE | NLM_F.EXCL },
  };
}

function body(verb: "add" | "del", rule: RuleSpec): Pick<Change, "command" | "payload"> {
  const { from, to, priority, not = false, table, action, family, ...rest } = rule;
  const [source, target] = [from, to].map((text) => (text === undefined ? undefined : parsePrefix(text)));
  const address = source?.address ?? target?.address;
  const wanted = action ?? (rule.goto === undefined ? "lookup" : "goto");
  // A deletion that says nothing of the table takes any.
  const number = numberOf(TABLE, table ?? (verb === "add" && wanted === "lookup" ? "main" : "unspec"));
  const header = {
    family: address === undefined ? (family === "inet6" ? AF.INET6 : AF.INET) : familyOf(address),
    src_len: source?.length ?? 0,
    dst_len: target?.length ?? 0,
    table: number < 256 ? number : TABLE.unspec,
    action:
      verb === "del" && action === undefined && rule.goto === undefined && table === undefined
        ? 0
        : RULE_ACTION[wanted],
    flags: not ? FIB_RULE.INVERT : 0,
  };
  return {
    command: `ip rule ${verb}${Object.entries(rule)
      .map(([name, value]) => ` ${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
      .join("")}`,
    payload: () =>
      Buffer.concat([
        fibRuleHdr.encode(header),
        FRA.encode({
          ...(source === undefined ? {} : { src: source.address }),
          ...(target === undefined ? {} : { dst: target.address }),
          ...(priority === undefined ? {} : { priority }),
          ...(number < 256 ? {} : { table: number }),
          ...rest,
        }),
      ]),
  };
}
