import { type Change, limitChanges } from "./changes.ts";
import { attachedDevicePrograms } from "./devices/query.ts";
import type { Layout } from "./layout.ts";
import type { Limits } from "./limits.ts";
import { closeLeftOpen, perform } from "./perform.ts";
import type { Place } from "./place.ts";
import { readIfPresent } from "./read.ts";
import { refusal } from "./refusal.ts";

/** Sets limits of a group that is there. When the kernel refuses one, those before it get the values that they had. */
export function applyLimits(layout: Layout, places: readonly Place[], limits: Limits): void {
  const changes = limitChanges(layout, places, limits, {
    read: readIfPresent,
    devicePrograms: attachedDevicePrograms,
  });
  const performed = perform(changes.map(({ step }) => step));
  const { failure } = performed;
  if (failure === undefined) return;
  closeLeftOpen(performed);
  const done = changes.slice(
    0,
    changes.findIndex(({ step }) => step === failure.step),
  );
  throw refusal(failure, { read: readIfPresent, kept: takeBack(done) });
}

/** In reverse, so that the kernel sees the same states again. @returns what could not be taken back */
function takeBack(done: readonly Change[]): string[] {
  return done.toReversed().flatMap(({ step, undo }) => {
    const performed = perform(undo);
    if (performed.failure === undefined) return [];
    closeLeftOpen(performed);
    return [step.label];
  });
}
