import { wbCold } from "./cold.ts";
import { byWbSpawn, type Contender } from "./contender.ts";
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

/** One row of the table: what `other` takes for what `wb` takes. */
export interface Comparison {
  readonly kind: string;
  readonly other: Contender;
  readonly wb: Contender;
  /** What chooses it; undefined: always there. */
  readonly subject?: Subject;
  /** The program that it cannot do without. */
  readonly needs?: Peer;
  /** Whether what both do is printed: not where another comparison has it. */
  readonly observed: boolean;
}

/** All comparisons, in the table's order. */
export function comparisons(places: Places): Comparison[] {
  const quick = { ...places, start: byWbSpawn };
  const [minimal, asRunc, asBwrap, cold] = [wbMinimal(places), wbAsRunc(places), wbAsBwrap(places), wbCold(places)];
  const section = (kind: string, observed: boolean, rows: readonly Row[]): Comparison[] =>
    rows.map((row) => ({ kind, observed, ...row }));
  return [
    ...section("usual minimal form", true, [
      { subject: "runc", needs: "runc", other: runcMinimal(places), wb: minimal },
      { subject: "bwrap", needs: "bwrap", other: bwrapMinimal(places), wb: minimal },
      { subject: "unshare", needs: "unshare", other: unshareMinimal(places), wb: minimal },
    ]),
    ...section("equal isolation", true, [
      { subject: "runc", needs: "runc", other: runcEqual(places), wb: asRunc },
      { subject: "bwrap", needs: "bwrap", other: bwrapEqual(places), wb: asBwrap },
      { subject: "unshare", needs: "unshare", other: unshareEqual(places), wb: minimal },
    ]),
    // The strictest comparison: nothing of a peer's time is that of Node's fork.
    ...section("equal isolation, the peer started by spawn of @wb/ns too", false, [
      { subject: "runc", needs: "runc", other: startedByWb(runcEqual(quick)), wb: asRunc },
      { subject: "bwrap", needs: "bwrap", other: startedByWb(bwrapEqual(quick)), wb: asBwrap },
      { subject: "unshare", needs: "unshare", other: startedByWb(unshareEqual(quick)), wb: minimal },
    ]),
    ...section("cold start, equal isolation", true, [
      { subject: "cold", needs: "runc", other: runcEqual(places), wb: cold },
    ]),
    ...section("floors: without a container", false, [
      { subject: "cold", other: nodeAlone, wb: cold },
      { other: nothing(places), wb: minimal },
      { other: startedByWb(nothing(quick)), wb: minimal },
    ]),
  ];
}

type Row = Omit<Comparison, "kind" | "observed">;

function startedByWb(contender: Contender): Contender {
  return { ...contender, name: `${contender.name} (by @wb/ns)` };
}
