import { UserError } from "../../user-error.ts";
import { timestamp } from "../words/timestamp.ts";
import { type Filters, valuesOf } from "./filters.ts";
import { matchesLabels } from "./matches.ts";

/** The keys of `docker container|system prune --filter`. */
export const PRUNE_FILTERS: readonly string[] = ["label", "label!", "until"];

/** What prune chooses by. */
export interface PruneFacts {
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Tells whether prune takes something: `until=` is how old it must be, or when it must have been made at the latest.
 *
 * @param now milliseconds since 1970
 * @throws UserError in docker's words
 */
export function pruneMatcher(filters: Filters, now: number): (facts: PruneFacts) => boolean {
  const [until, second] = valuesOf(filters, "until");
  if (second !== undefined)
    throw new UserError("more than one until filter specified", { hint: "give one: until=24h" });
  const latest = until === undefined ? undefined : timestamp(until, now) / 1_000_000n;
  return ({ created, labels }) => (latest === undefined || created <= latest) && matchesLabels(filters, labels);
}
