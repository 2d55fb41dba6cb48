import { Assembler, DATA, type Place } from "./bpf.ts";
import { writeRules } from "./conditions.ts";
import type { Range } from "./decisions.ts";

/** The ranges of all calls with one `arch` of `struct seccomp_data`. */
export interface Dispatch {
  readonly audit: number;
  /** In the order of their numbers, the first from 0 on. */
  readonly ranges: readonly Range[];
}

/**
 * A whole filter: the architecture first, then a binary search for the call. The kernel runs a filter on every call, and
 * with about a hundred ranges seven comparisons find one.
 *
 * @param badArch what is returned for an architecture that none of these is
 */
export function dispatch(dispatches: readonly Dispatch[], badArch: number): Assembler {
  const assembler = new Assembler();
  let next = assembler.ret(badArch);
  for (const { audit, ranges } of dispatches.toReversed()) {
    writeSearch(assembler, ranges, 0, ranges.length);
    const calls = assembler.load(DATA.nr);
    next = assembler.compare("JEQ_K", audit, calls, next);
  }
  assembler.load(DATA.arch);
  return assembler;
}

/** The ranges from one index up to another. */
function writeSearch(assembler: Assembler, ranges: readonly Range[], start: number, end: number): Place {
  const middle = (start + end) >> 1;
  const upper = ranges[middle];
  if (upper === undefined) throw new RangeError("an architecture without calls");
  if (end - start === 1) return writeDecision(assembler, upper);
  const above = writeSearch(assembler, ranges, middle, end);
  const below = writeSearch(assembler, ranges, start, middle);
  return assembler.compare("JGE_K", upper.from, above, below);
}

function writeDecision(assembler: Assembler, { decision }: Range): Place {
  return typeof decision === "number" ? assembler.ret(decision) : writeRules(assembler, decision.rules, decision);
}
