import type { ArgumentRule } from "./conditions.ts";
import type { Rule } from "./rules.ts";

/** What a profile says of a call: what is returned in any case, or rules with conditions. */
export interface KnownCall {
  readonly decided: number | undefined;
  readonly rules: readonly ArgumentRule[];
}

/** By the names of calls. */
export type KnownCalls = ReadonlyMap<string, KnownCall>;

/**
 * Puts rules to the calls that they are about.
 *
 * As in libseccomp, a rule without conditions decides for its call, whatever other rules say; of several, the first. Rules
 * with conditions are tried in their order. As in runc, a rule that returns what the default is counts for nothing, but
 * that the profile knows the call.
 */
export function knownCalls(rules: readonly Rule[], otherwise: number): KnownCalls {
  const calls = new Map<string, { decided: number | undefined; readonly rules: ArgumentRule[] }>();
  for (const { names, value, alternatives } of rules) {
    for (const name of names) {
      let call = calls.get(name);
      if (call === undefined) calls.set(name, (call = { decided: undefined, rules: [] }));
      if (value === otherwise || call.decided !== undefined) continue;
      for (const conditions of alternatives) {
        if (conditions.length === 0) call.decided = value;
        else call.rules.push({ conditions, value });
      }
    }
  }
  return calls;
}
