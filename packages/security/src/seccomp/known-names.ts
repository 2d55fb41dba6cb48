import { ACTIONS } from "./actions.ts";
import { ABIS } from "./architectures.ts";
import { UPPER } from "./conditions.ts";
import { FLAGS } from "./flags.ts";

/** The names that `compileSeccomp` knows, in order: of actions, comparisons, architectures and flags. */
export function seccompNames(): {
  readonly actions: string[];
  readonly operators: string[];
  readonly architectures: string[];
  readonly flags: string[];
} {
  return {
    actions: Object.keys(ACTIONS).toSorted(),
    operators: Object.keys(UPPER).toSorted(),
    architectures: Object.keys(ABIS).toSorted(),
    flags: Object.keys(FLAGS).toSorted(),
  };
}
