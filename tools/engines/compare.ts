import type { Case, Outcome } from "./case.ts";
import type { EnginePlace, Running } from "./engine/running.ts";
import type { Group } from "./group.ts";
import { type Runtime, runCase } from "./run-case.ts";
import { type Verdict, verdict } from "./verdict.ts";

export interface Result {
  readonly case: Case;
  readonly runc: Outcome;
  readonly other: Outcome;
  readonly verdict: Verdict;
}

export interface Comparison {
  readonly runtimes: readonly [runc: Runtime, other: Runtime];
  readonly place: EnginePlace;
}

/** Tries every case with both runtimes: in turn where one engine serves both, else all with one and then all with the other. */
export function* compare({ start, shared, cases }: Group, { runtimes, place }: Comparison): Generator<Result> {
  const [runc, other] = runtimes;
  if (shared) {
    using engine = start({ ...place, runtimes: runtimes.map(({ path }) => path) });
    const attempt = (one: Case, runtime: Runtime): Outcome => runCase(one, { place: place.place, runtime, engine });
    for (const runtime of runtimes) attempt(warmUp(engine), runtime);
    for (const one of cases) yield result(one, attempt(one, runc), attempt(one, other));
  } else {
    const outcomes = runtimes.map((runtime) => {
      using engine = start({ ...place, runtimes: [runtime.path] });
      runCase(warmUp(engine), { place: place.place, runtime, engine });
      return cases.map((one) => runCase(one, { place: place.place, runtime, engine }));
    });
    for (const [index, one] of cases.entries()) {
      const [first, second] = outcomes.map((list) => list[index]);
      if (first && second) yield result(one, first, second);
    }
  }
}

function warmUp({ warmUp: script }: Running): Case {
  return { name: "warm up", script, leaves: true };
}

function result(one: Case, runc: Outcome, other: Outcome): Result {
  return { case: one, runc, other, verdict: verdict(one, runc, other) };
}
