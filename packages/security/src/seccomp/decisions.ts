import { ERRNO, SECCOMP_RET } from "@wb/syscall";
import type { Abi } from "./architectures.ts";
import type { ArgumentRule } from "./conditions.ts";
import type { KnownCall, KnownCalls } from "./known-calls.ts";
import { multiplexedCalls } from "./multiplexed.ts";
import { numberedNames } from "./syscall-table.ts";

/** What happens to calls: the filter returns a number at once, or looks at the arguments first. */
export type Decision =
  | number
  | { readonly rules: readonly ArgumentRule[]; readonly otherwise: number; readonly bits: 32 | 64 };

/** A decision for the calls from a number on, up to the next range's. */
export interface Range {
  readonly from: number;
  readonly decision: Decision;
}

/** What a filter decides for the calls of one ABI, as ranges of their numbers, the first from the ABI's first call on. */
export function decisionsOf(abi: Abi, known: KnownCalls, otherwise: number): Range[] {
  const calls = callsOf(abi, known, otherwise);
  const newest = newestOf(abi, calls);
  const { from: ownFrom, to: ownTo } = abi.own ?? { from: Infinity, to: Infinity };
  const hides = newest >= 0 && hidesNewer(otherwise);
  const base = (number: number): number =>
    hides && number > newest && !(number >= ownFrom && number <= ownTo) ? NOT_THERE : otherwise;

  const ranges: Range[] = [];
  let last: Decision | undefined;
  const push = (number: number, decision: Decision): void => {
    if (last !== decision) ranges.push({ from: abi.first + number, decision });
    last = decision;
  };
  let next = 0;
  /** The calls up to a number about which the profile says nothing: the base changes where the ABI's own ones begin and end. */
  const skipTo = (number: number): void => {
    if (number === next) return;
    for (const edge of [next, ownFrom, ownTo + 1]) if (edge >= next && edge < number) push(edge, base(edge));
  };
  for (const { number, call } of calls) {
    skipTo(number);
    push(number, decisionOf(call, base(number), abi.bits));
    next = number + 1;
  }
  skipTo(Infinity);
  return ranges;
}

interface NumberedCall {
  readonly number: number;
  readonly call: KnownCall;
}

/** The calls that the profile knows, by their numbers. */
function callsOf(abi: Abi, known: KnownCalls, otherwise: number): NumberedCall[] {
  const through = abi.isMultiplexed === true ? multiplexedCalls(known, otherwise) : undefined;
  const calls: NumberedCall[] = [];
  for (const { first, names } of numberedNames(abi.table)) {
    for (let index = 0; index < names.length; index++) {
      const name = names[index] ?? "";
      const call = through?.get(name) ?? known.get(name);
      if (call === undefined) continue;
      const number = first + index;
      const previous = calls[calls.length - 1];
      // ARM has two names for one call.
      if (previous?.number === number) calls[calls.length - 1] = { number, call: merged(previous.call, call) };
      else calls.push({ number, call });
    }
  }
  return calls;
}

function merged(a: KnownCall, b: KnownCall): KnownCall {
  return { decided: a.decided ?? b.decided, rules: [...a.rules, ...b.rules] };
}

/** Of the calls that have the same number on all ABIs, the newest that the profile knows; or -1. */
function newestOf({ own }: Abi, calls: readonly NumberedCall[]): number {
  return calls.findLast(({ number }) => own === undefined || number < own.from || number > own.to)?.number ?? -1;
}

function decisionOf({ decided, rules }: KnownCall, otherwise: number, bits: 32 | 64): Decision {
  return decided ?? (rules.length === 0 ? otherwise : { rules, otherwise, bits });
}

const NOT_THERE = SECCOMP_RET.ERRNO + ERRNO.ENOSYS;

/** What lets calls through, or leaves them to a tracer, leaves it to the kernel to say that it has no such call. */
function hidesNewer(otherwise: number): boolean {
  const action = (otherwise & 0xffff_0000) >>> 0;
  return action !== SECCOMP_RET.ALLOW && action !== SECCOMP_RET.LOG && action !== SECCOMP_RET.TRACE;
}
