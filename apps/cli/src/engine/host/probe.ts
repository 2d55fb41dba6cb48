import { privatePropagation } from "@wb/rootfs";
import { call, CLONE, type Program, runInChild, type Step, step } from "@wb/syscall";
import { ownMaps } from "../../in-place/write-maps.ts";
import { hintOf, messageOf } from "../../report-error.ts";

/** Whether something works on this machine, found out by trying. */
export interface Probed {
  readonly works: boolean;
  /** What the kernel said, when it does not. */
  readonly problem?: string;
  /** The remedy, if one is known. */
  readonly hint?: string;
}

/** Tries something; an error is the answer. */
export function probe(attempt: () => unknown): Probed {
  try {
    attempt();
    return { works: true };
  } catch (error) {
    const hint = hintOf(error);
    return { works: false, problem: messageOf(error), ...(hint === undefined ? {} : { hint }) };
  }
}

/**
 * Makes calls in a child with a mount namespace of its own, which is gone afterwards with all that was mounted: for an
 * ordinary user in a user namespace of its own, too.
 */
export function inOwnMounts(program: Program): void {
  const own =
    process.geteuid?.() === 0
      ? [unshare(CLONE.NEWNS)]
      : [unshare(CLONE.NEWUSER | CLONE.NEWNS), ...ownMaps({ users: OWN, groups: OWN })];
  runInChild([...own, privatePropagation(), ...program]);
}

function unshare(flags: number): Step {
  return step("make namespaces to try in", [call("unshare", flags)]);
}

/** Root inside, and nobody else. */
const OWN = { single: 0, ranges: [] };
