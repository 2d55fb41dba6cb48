import { type Assembler, DATA, type Place } from "./bpf.ts";
import type { SeccompOperator } from "./oci-seccomp.ts";

/** A condition on an argument, with the halves of its 64-bit numbers. */
export interface Condition {
  readonly index: number;
  readonly op: SeccompOperator;
  /** What the argument, or its masked bits, is compared with. */
  readonly high: number;
  readonly low: number;
  /** Of SCMP_CMP_MASKED_EQ. */
  readonly mask?: { readonly high: number; readonly low: number };
}

/** Conditions that all must hold, and what the filter returns then. */
export interface ArgumentRule {
  readonly conditions: readonly Condition[];
  readonly value: number;
}

/**
 * Writes code that returns for the first rule that matches, or else for none.
 *
 * @param bits how many bits of the arguments count
 */
export function writeRules(
  assembler: Assembler,
  rules: readonly ArgumentRule[],
  { otherwise, bits }: { readonly otherwise: number; readonly bits: 32 | 64 },
): Place {
  let next = assembler.ret(otherwise);
  for (const group of groupsOf(rules, bits).toReversed()) next = writeGroup(assembler, group, { next, bits });
  return next;
}

/** Rules in a row that ask alike whether one argument is a number, which need be loaded only once: `socket` has many. */
function groupsOf(rules: readonly ArgumentRule[], bits: 32 | 64): ArgumentRule[][] {
  const groups: ArgumentRule[][] = [];
  for (const rule of rules) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && isAlike(last[0], rule, bits)) last.push(rule);
    else groups.push([rule]);
  }
  return groups;
}

function isAlike(a: ArgumentRule, b: ArgumentRule, bits: 32 | 64): boolean {
  const [first, second] = [a.conditions[0], b.conditions[0]];
  if (first === undefined || second === undefined || a.conditions.length > 1 || b.conditions.length > 1) return false;
  const isEquality = first.op === "SCMP_CMP_EQ" && second.op === "SCMP_CMP_EQ" && first.index === second.index;
  return isEquality && a.value === b.value && (bits === 32 || first.high === second.high);
}

/** What follows when no rule of a group matches. */
interface Context {
  readonly next: Place;
  readonly bits: 32 | 64;
}

function writeGroup(assembler: Assembler, group: readonly ArgumentRule[], { next, bits }: Context): Place {
  let place = assembler.ret(group[0]?.value ?? 0);
  if (group.length === 1) {
    for (const condition of (group[0]?.conditions ?? []).toReversed())
      place = writeTest(assembler, condition, { yes: place, no: next, bits });
    return place;
  }
  const [matches, numbers] = [place, group.flatMap(({ conditions }) => conditions)];
  let no = next;
  for (const { low } of numbers.toReversed()) no = assembler.compare("JEQ_K", low, matches, no);
  const [{ index, high } = { index: 0, high: 0 }] = numbers;
  const lower = assembler.load(lowOf(index));
  return bits === 32 ? lower : writeUpper(assembler, { index, high }, { yes: lower, less: next, greater: next });
}

/** Where a test leads. */
interface Exits {
  readonly yes: Place;
  readonly no: Place;
}

function writeTest(
  assembler: Assembler,
  condition: Condition,
  { yes, no, bits }: Exits & { readonly bits: 32 | 64 },
): Place {
  const { op, mask } = condition;
  const lower = writeLower(assembler, condition, { yes, no });
  if (bits === 32 || mask?.high === 0) return lower;
  const { less, greater } = UPPER[op];
  return writeUpper(assembler, condition, { yes: lower, less: less ? yes : no, greater: greater ? yes : no });
}

/** Whether a condition holds by the upper halves alone, where the argument's is less, or greater. */
export const UPPER: Readonly<Record<SeccompOperator, { readonly less: boolean; readonly greater: boolean }>> = {
  SCMP_CMP_EQ: { less: false, greater: false },
  SCMP_CMP_MASKED_EQ: { less: false, greater: false },
  SCMP_CMP_NE: { less: true, greater: true },
  SCMP_CMP_GT: { less: false, greater: true },
  SCMP_CMP_GE: { less: false, greater: true },
  SCMP_CMP_LT: { less: true, greater: false },
  SCMP_CMP_LE: { less: true, greater: false },
};

/** Compares the upper halves; `yes` is where the lower ones decide. */
function writeUpper(
  assembler: Assembler,
  { index, high, mask }: Pick<Condition, "index" | "high" | "mask">,
  { yes, less, greater }: { readonly yes: Place; readonly less: Place; readonly greater: Place },
): Place {
  const equal = assembler.compare("JEQ_K", high, yes, less);
  if (less !== greater) assembler.compare("JGT_K", high, greater, equal);
  if (mask !== undefined) assembler.and(mask.high);
  return assembler.load(highOf(index));
}

function writeLower(assembler: Assembler, { index, op, low, mask }: Condition, exits: Exits): Place {
  const { compare, negated } = LOWER[op];
  assembler.compare(compare, low, negated === true ? exits.no : exits.yes, negated === true ? exits.yes : exits.no);
  if (mask !== undefined) assembler.and(mask.low);
  return assembler.load(lowOf(index));
}

/** BPF has no comparison for less. */
const LOWER: Readonly<
  Record<SeccompOperator, { readonly compare: "JEQ_K" | "JGT_K" | "JGE_K"; readonly negated?: true }>
> = {
  SCMP_CMP_EQ: { compare: "JEQ_K" },
  SCMP_CMP_MASKED_EQ: { compare: "JEQ_K" },
  SCMP_CMP_NE: { compare: "JEQ_K", negated: true },
  SCMP_CMP_GT: { compare: "JGT_K" },
  SCMP_CMP_GE: { compare: "JGE_K" },
  SCMP_CMP_LT: { compare: "JGE_K", negated: true },
  SCMP_CMP_LE: { compare: "JGT_K", negated: true },
};

function lowOf(index: number): number {
  return DATA.args + 8 * index;
}

function highOf(index: number): number {
  return lowOf(index) + 4;
}
