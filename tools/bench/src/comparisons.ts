import { wbCold } from "./cold.ts";
import type { Contender } from "./contender.ts";
import { wbAsBwrap, wbAsRunc, wbMinimal } from "./in-process.ts";
import type { Peer, Subject } from "./options.ts";
import {
  bwrapEqual,
  bwrapMinimal,
  nodeAlone,
  nothing,
  type Places,
  runcEqual,
  runcMinimal,
  unshareEqual,
  unshareMinimal,
} from "./peers.ts";

/** One row of the table: what `other` takes for each unit that `wb` takes. */
export interface Comparison {
  readonly subject: Subject | undefined;
  /** The peer's program, if it is one that may be missing. */
  readonly needs: Peer | undefined;
  readonly kind: Kind;
  readonly other: Contender;
  readonly wb: Contender;
}

export const KINDS = ["usual minimal form", "equal isolation", "cold start, equal isolation", "floors"] as const;
type Kind = (typeof KINDS)[number];

/** All comparisons, in the table's order. */
export function comparisons(places: Places): Comparison[] {
  const [minimal, asRunc, cold] = [wbMinimal(places), wbAsRunc(places), wbCold(places)];
  const [runc, unshare] = [runcEqual(places), unshareEqual(places)];
  const row = (kind: Kind, subject: Subject | undefined, [other, wb]: readonly [Contender, Contender]): Comparison => ({
    kind,
    subject,
    needs: subject === "cold" ? "runc" : subject,
    other,
    wb,
  });
  return [
    row("usual minimal form", "runc", [runcMinimal(places), minimal]),
    row("usual minimal form", "bwrap", [bwrapMinimal(places), minimal]),
    row("usual minimal form", "unshare", [unshareMinimal(places), minimal]),
    row("equal isolation", "runc", [runc, asRunc]),
    row("equal isolation", "bwrap", [bwrapEqual(places), wbAsBwrap(places)]),
    row("equal isolation", "unshare", [unshare, minimal]),
    row("cold start, equal isolation", "cold", [runc, cold]),
    { ...row("floors", "cold", [nodeAlone, cold]), needs: undefined },
    row("floors", undefined, [nothing(places), minimal]),
  ];
}
